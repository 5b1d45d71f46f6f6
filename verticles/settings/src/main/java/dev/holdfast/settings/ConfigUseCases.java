package dev.holdfast.settings;

import static dev.holdfast.model.SecretValue.MASK;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.DeleteService;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.PatchConfig;
import dev.holdfast.messages.settings.PutConfig;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Values;
import dev.holdfast.settings.Writes.Author;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Replacing, changing and deleting the settings of a service.
 *
 * <p>The version a caller read is held against memory first, then by storage, which has the last
 * word: while another change is under way memory may be a moment behind.
 */
final class ConfigUseCases {
  /**
   * What is done, as the access log and the caller hear it.
   *
   * @param action for the access log
   * @param done how the answer begins
   */
  record What(String action, String done) {}

  static final What CHANGE = new What("change", "changed: ");

  private final Ledger ledger;
  private final ModelGate gate;
  private final Writes writes;
  private final Secrets secrets;
  private final CreateUseCase creation;

  ConfigUseCases(Ledger ledger, ModelGate gate, Writes writes, Secrets secrets) {
    this.creation = new CreateUseCase(ledger, writes, secrets);
    this.ledger = ledger;
    this.gate = gate;
    this.writes = writes;
    this.secrets = secrets;
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
    Author author = new Author(command.caller().name(), command.reason());
    return merge(before, command.patch(), command.dryRun(), author, CHANGE);
  }

  /**
   * Takes keys of a service to these values, as a patch of what there is now does.
   *
   * @param what what is done: the action in the access log
   */
  Future<ChangeResult> set(
      String service, Map<String, @Nullable Object> keys, Author author, What what) {
    ServiceSnapshot before = memory().service(service);
    if (before == null) {
      throw Checks.noService(service);
    }
    return merge(before, keys, false, author, what);
  }

  /** Deletes a service. Fails as {@code SettingsRoutes.DELETE} says. */
  Future<ChangeResult> delete(DeleteService command) {
    Checks.mayChange(command.service(), command.caller());
    Checks.reason(command.reason());
    ServiceSnapshot before = current(command.service(), command.expectedVersion());
    CompiledSchema schema = schemaOf(before);
    ServiceWrite write = writes.remove(schema, before);
    Author author = new Author(command.caller().name(), command.reason());
    return ledger
        .commit(Proposal.of(writes.commit(write, List.of(), null, author, "delete"), schema))
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

  private Future<ChangeResult> merge(
      ServiceSnapshot before,
      Map<String, @Nullable Object> keys,
      boolean dryRun,
      Author author,
      What what) {
    CompiledSchema schema = schemaOf(before);
    Draft draft = overlay(schema, before).merge(memory().stored(schema.service()), keys);
    return change(schema, before, draft, dryRun, author, what);
  }

  private Future<ChangeResult> putNow(PutConfig command) {
    ServiceSnapshot before = memory().service(command.service());
    if (before == null) {
      return creation.create(command);
    }
    before = current(command.service(), command.expectedVersion());
    CompiledSchema schema = schemaOf(before);
    Draft draft =
        overlay(schema, before).replace(memory().stored(schema.service()), command.config());
    Author author = new Author(command.caller().name(), command.reason());
    return change(schema, before, draft, command.dryRun(), author, CHANGE);
  }

  private Overlay overlay(CompiledSchema schema, ServiceSnapshot before) {
    return new Overlay(schema, memory().environment(), before.secrets().keySet());
  }

  private Future<ChangeResult> change(
      CompiledSchema schema,
      ServiceSnapshot before,
      Draft draft,
      boolean dryRun,
      Author author,
      What what) {
    Values stored = memory().stored(schema.service());
    Set<String> removed = new TreeSet<>(before.secrets().keySet());
    removed.addAll(memory().lost(schema.service()));
    removed.retainAll(draft.removed());
    return secrets
        .differing(before, draft.secrets())
        .compose(
            given -> {
              List<Difference> differences =
                  new ArrayList<>(
                      SchemaEvolution.differences(stored, draft.stored().map(), schema));
              given.keySet().forEach(key -> differences.add(secretSet(before, key)));
              removed.forEach(key -> differences.add(new Difference(key, MASK, null)));
              if (differences.isEmpty()) {
                return Future.succeededFuture(
                    Results.unchanged(memory(), schema.service(), "nothing changed", List.of()));
              }
              if (dryRun) {
                return Future.succeededFuture(
                    Results.unchanged(
                        memory(),
                        schema.service(),
                        "dry run: " + Results.count(differences) + " would be changed",
                        differences));
              }
              return secrets
                  .seal(schema.service(), given)
                  .compose(
                      seals ->
                          ledger.commit(
                              Proposal.of(
                                  writes.commit(
                                      writes.change(
                                          schema,
                                          before,
                                          draft.stored(),
                                          seals,
                                          removed,
                                          differences),
                                      List.of(),
                                      null,
                                      author,
                                      what.action()),
                                  schema)))
                  .map(
                      event ->
                          Results.changed(
                              event, what.done() + Results.keys(differences), differences));
            });
  }

  private static Difference secretSet(ServiceSnapshot before, String key) {
    return new Difference(key, before.secrets().containsKey(key) ? MASK : null, MASK);
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
}
