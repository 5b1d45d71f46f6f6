package dev.holdfast.settings;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.PutSchema;
import dev.holdfast.messages.settings.Schemas;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Values;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Registering and telling schemas. */
final class SchemaUseCases {
  private final Vertx vertx;
  private final SchemaBook book;
  private final Ledger ledger;
  private final ModelGate gate;
  private final Writes writes;
  private final Secrets secrets;

  SchemaUseCases(
      Vertx vertx, SchemaBook book, Ledger ledger, ModelGate gate, Writes writes, Secrets secrets) {
    this.vertx = vertx;
    this.book = book;
    this.ledger = ledger;
    this.gate = gate;
    this.writes = writes;
    this.secrets = secrets;
  }

  /**
   * Registers or replaces a schema, and makes the service where it does not exist and the defaults
   * alone are legal. Another document always makes the service's version grow by 1, also where only
   * descriptions differ: the readers of a service see its fields, too. The same document again
   * changes nothing. {@code x-env} stays in the document but has no effect: only schemas of files
   * draw on the environment.
   *
   * <p>Fails as {@code SettingsRoutes.PUT_SCHEMA} says, and {@code CONFLICT} where a file of the
   * schema folder holds the service's schema.
   */
  Future<ChangeResult> put(PutSchema command) {
    Checks.mayChange(command.service(), command.caller());
    String file = book.heldBy(command.service());
    if (file != null) {
      throw BusFailure.conflict(
          command.service() + ": its schema is held by " + file + " (expected: a change there)",
          List.of());
    }
    return gate.run(
        () ->
            vertx
                .executeBlocking(() -> book.register(command.service(), command.document()), false)
                .compose(compiled -> register(command, compiled)));
  }

  /** Every schema, in order of the services' names. */
  Schemas all() {
    Memory memory = ledger.memory();
    return new Schemas(
        memory.schemaVersion(),
        ModelHash.of(memory.schemas()),
        memory.schemas().stream().map(CompiledSchema::schema).toList());
  }

  private Future<ChangeResult> register(PutSchema command, SchemaCompiler.Compiled compiled) {
    CompiledSchema schema = compiled.schema();
    if (schema == null) {
      List<FieldError> errors = compiled.faults().stream().map(Fault::toError).toList();
      throw Checks.invalid("schema of " + command.service(), errors);
    }
    Memory memory = ledger.memory();
    CompiledSchema before = memory.schema(command.service());
    if (before != null && before.schema().document().equals(schema.schema().document())) {
      return Future.succeededFuture(
          result(
              memory.version(command.service()),
              ConfigChanged.nothing(memory.epoch(), memory.schemaVersion()),
              "nothing changed",
              List.of()));
    }
    return commit(command, before, schema);
  }

  private Future<ChangeResult> commit(
      PutSchema command, @Nullable CompiledSchema before, CompiledSchema schema) {
    Memory memory = ledger.memory();
    ServiceSnapshot snapshot = memory.service(command.service());
    Environment environment = memory.environment();
    if (snapshot == null) {
      boolean seedable = schema.seedable();
      List<ServiceWrite> made =
          seedable
              ? List.of(
                  Writes.create(
                      schema, environment, Values.of(schema.defaults()), Map.of(), List.of()))
              : List.of();
      return commit(
          command,
          schema,
          made,
          List.of(),
          seedable
              ? "schema registered; service made with its defaults"
              : "schema registered; the service is made by a PUT with what has no default");
    }
    Values stored = memory.stored(command.service());
    SchemaEvolution.Outcome outcome =
        SchemaEvolution.evolve(
            stored,
            snapshot.setKeys(),
            snapshot.secrets().keySet(),
            before == null ? Set.of() : before.secretKeys(),
            schema,
            environment);
    if (!outcome.breaks().isEmpty()) {
      throw BusFailure.conflict(
          Checks.text(
              command.service() + ": what is stored does not fit this schema", outcome.breaks()),
          outcome.breaks());
    }
    Set<String> rows = new TreeSet<>(stored.map().keySet());
    if (before != null) {
      rows.addAll(before.keys(stored));
    }
    return secrets
        .seal(command.service(), outcome.secrets())
        .compose(
            seals ->
                commit(
                    command,
                    schema,
                    List.of(
                        Writes.reshape(
                            schema,
                            environment,
                            snapshot.version(),
                            rows,
                            snapshot.secrets().keySet(),
                            outcome,
                            seals)),
                    outcome.differences(),
                    "schema registered; " + Results.count(outcome.differences()) + " changed"));
  }

  private Future<ChangeResult> commit(
      PutSchema command,
      CompiledSchema schema,
      List<ServiceWrite> made,
      List<Difference> differences,
      String message) {
    SchemaWrite write =
        new SchemaWrite(command.service(), SchemaOrigin.REGISTERED, schema.schema().document());
    CommitChange change =
        writes.commit(
            made,
            List.of(write),
            ledger.memory().modelHashWith(schema),
            new Writes.Author(command.caller().name(), "schema"),
            "schema");
    return ledger
        .commit(Proposal.of(change, schema))
        .map(
            event ->
                result(
                    event.changed().isEmpty() ? 0 : event.changed().get(0).version(),
                    event,
                    message,
                    differences));
  }

  private ChangeResult result(
      long version, ConfigChanged event, String message, List<Difference> differences) {
    return new ChangeResult(
        version, event.epoch(), ledger.memory().revision(), message, differences, event);
  }
}
