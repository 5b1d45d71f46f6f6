package dev.holdfast.settings;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.DeleteService;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.PatchConfig;
import dev.holdfast.messages.settings.PutConfig;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.Caller;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Values;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replacing, changing and deleting the settings of a service.
 *
 * <p>The version a caller read is held against memory first, then by storage, which has the last
 * word: while another change is under way memory may be a moment behind.
 */
final class ConfigUseCases {
  private final Ledger ledger;
  private final ModelGate gate;
  private final Clock clock;

  ConfigUseCases(Ledger ledger, ModelGate gate, Clock clock) {
    this.ledger = ledger;
    this.gate = gate;
    this.clock = clock;
  }

  /** Replaces the settings of a service, or makes it. Fails as {@code SettingsRoutes.PUT} says. */
  Future<ChangeResult> put(PutConfig command) {
    Checks.mayChange(command.service(), command.caller());
    Checks.reason(command.reason());
    if (memory().service(command.service()) == null) {
      return gate.run(() -> putNow(command));
    }
    return putNow(command);
  }

  /** Changes some settings. Fails as {@code SettingsRoutes.PATCH} says. */
  Future<ChangeResult> patch(PatchConfig command) {
    Checks.mayChange(command.service(), command.caller());
    Checks.reason(command.reason());
    ServiceSnapshot before = current(command.service(), command.expectedVersion());
    CompiledSchema schema = schemaOf(before);
    Values values = Overlay.merge(schema, before.effective(), command.patch());
    return change(
        schema, before, values, command.dryRun(), command.reason(), command.caller(), "changed");
  }

  /** Undoes: as a patch of what there is now. {@code keys} go back to these values. */
  Future<ChangeResult> restore(
      String service, Map<String, @Nullable Object> keys, String reason, Caller caller) {
    ServiceSnapshot before = memory().service(service);
    if (before == null) {
      throw Checks.noService(service);
    }
    CompiledSchema schema = schemaOf(before);
    Values values = Overlay.merge(schema, before.effective(), keys);
    return change(schema, before, values, false, reason, caller, "restored");
  }

  /** Deletes a service. Fails as {@code SettingsRoutes.DELETE} says. */
  Future<ChangeResult> delete(DeleteService command) {
    Checks.mayChange(command.service(), command.caller());
    Checks.reason(command.reason());
    ServiceSnapshot before = current(command.service(), command.expectedVersion());
    CompiledSchema schema = schemaOf(before);
    ServiceWrite write = Writes.remove(schema, before);
    return ledger
        .commit(
            Proposal.of(commit(write, List.of(), null, command.caller(), command.reason()), schema))
        .map(
            event ->
                new ChangeResult(
                    event.deleted().get(0).version(),
                    event.epoch(),
                    event.revision(),
                    "service deleted",
                    write.history(),
                    event));
  }

  private Future<ChangeResult> putNow(PutConfig command) {
    ServiceSnapshot before = memory().service(command.service());
    if (before == null) {
      return create(command);
    }
    before = current(command.service(), command.expectedVersion());
    CompiledSchema schema = schemaOf(before);
    Values values = Overlay.replace(schema, command.config());
    return change(
        schema, before, values, command.dryRun(), command.reason(), command.caller(), "changed");
  }

  private Future<ChangeResult> create(PutConfig command) {
    String service = command.service();
    if (command.expectedVersion() != 0) {
      throw Checks.noService(service);
    }
    CompiledSchema known = memory().schema(service);
    if ((known == null || known.untyped()) && !command.untyped()) {
      throw Checks.invalid(
          service,
          List.of(
              new FieldError(
                  "service",
                  "there is no schema (expected: one registered by PUT /api/config/schemas/"
                      + service
                      + ", or ?untyped=true for a service that takes any flat key)",
                  "no_schema")));
    }
    CompiledSchema schema = known == null ? CompiledSchema.untyped(service) : known;
    Values values = Overlay.replace(schema, command.config());
    Set<String> set = schema.setKeys(values.map());
    List<Difference> history =
        SchemaEvolution.differences(Values.EMPTY, values.map(), schema).stream()
            .filter(difference -> set.contains(difference.key()))
            .toList();
    if (command.dryRun()) {
      return Future.succeededFuture(
          unchanged(service, "dry run: the service would be made", history));
    }
    List<SchemaWrite> schemas =
        known != null
            ? List.of()
            : List.of(
                new SchemaWrite(service, SchemaOrigin.UNTYPED, CompiledSchema.UNTYPED_DOCUMENT));
    String hash = known != null ? null : memory().modelHashWith(schema);
    ServiceWrite write = Writes.create(schema, values, history);
    return ledger
        .commit(
            Proposal.of(commit(write, schemas, hash, command.caller(), command.reason()), schema))
        .map(
            event ->
                changed(
                    event,
                    schema.untyped()
                        ? "service made without a schema: it takes any flat key"
                        : "service made",
                    history));
  }

  private Future<ChangeResult> change(
      CompiledSchema schema,
      ServiceSnapshot before,
      Values values,
      boolean dryRun,
      @Nullable String reason,
      Caller caller,
      String done) {
    if (values.canonical().equals(before.effective().canonical())) {
      return Future.succeededFuture(unchanged(schema.service(), "nothing changed", List.of()));
    }
    List<Difference> differences =
        SchemaEvolution.differences(before.effective(), values.map(), schema);
    if (dryRun) {
      return Future.succeededFuture(
          unchanged(
              schema.service(),
              "dry run: " + count(differences) + " would be changed",
              differences));
    }
    ServiceWrite write = Writes.change(schema, before, values, differences);
    return ledger
        .commit(Proposal.of(commit(write, List.of(), null, caller, reason), schema))
        .map(event -> changed(event, done + ": " + keys(differences), differences));
  }

  private ChangeResult unchanged(String service, String message, List<Difference> differences) {
    Memory memory = memory();
    return new ChangeResult(
        memory.version(service),
        memory.epoch(),
        memory.revision(),
        message,
        differences,
        ConfigChanged.nothing(memory.epoch(), memory.schemaVersion()));
  }

  private static ChangeResult changed(
      ConfigChanged event, String message, List<Difference> differences) {
    return new ChangeResult(
        event.changed().get(0).version(),
        event.epoch(),
        event.revision(),
        message,
        differences,
        event);
  }

  private CommitChange commit(
      ServiceWrite write,
      List<SchemaWrite> schemas,
      @Nullable String modelHash,
      Caller caller,
      @Nullable String reason) {
    return new CommitChange(
        List.of(write),
        schemas,
        modelHash,
        caller.name(),
        reason,
        clock.instant().truncatedTo(ChronoUnit.MICROS));
  }

  private ServiceSnapshot current(String service, long expectedVersion) {
    ServiceSnapshot before = memory().service(service);
    if (before == null) {
      throw Checks.noService(service);
    }
    if (before.version() != expectedVersion) {
      throw BusFailure.stale(service, expectedVersion, before.version());
    }
    return before;
  }

  private CompiledSchema schemaOf(ServiceSnapshot snapshot) {
    return Objects.requireNonNull(memory().schema(snapshot.service()), snapshot.service());
  }

  private Memory memory() {
    return ledger.memory();
  }

  /** {@code 1 setting}, {@code 3 settings}. */
  static String count(List<Difference> differences) {
    return differences.size() + (differences.size() == 1 ? " setting" : " settings");
  }

  private static String keys(List<Difference> differences) {
    int named = Math.min(differences.size(), 10);
    String keys =
        String.join(", ", differences.subList(0, named).stream().map(Difference::key).toList());
    return differences.size() > named
        ? keys + " and " + (differences.size() - named) + " more"
        : keys;
  }
}
