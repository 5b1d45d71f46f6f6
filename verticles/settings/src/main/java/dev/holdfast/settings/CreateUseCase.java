package dev.holdfast.settings;

import static dev.holdfast.model.SecretValue.MASK;

import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.PutConfig;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.Values;
import dev.holdfast.settings.Writes.Author;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Making a service by a PUT with version 0. */
final class CreateUseCase {
  private final Ledger ledger;
  private final Writes writes;
  private final Secrets secrets;

  CreateUseCase(Ledger ledger, Writes writes, Secrets secrets) {
    this.ledger = ledger;
    this.writes = writes;
    this.secrets = secrets;
  }

  /** Fails as {@code SettingsRoutes.PUT} says. */
  Future<ChangeResult> create(PutConfig command) {
    String service = command.service();
    if (command.expectedVersion() != 0) {
      throw Checks.noService(service);
    }
    CompiledSchema known = ledger.memory().schema(service);
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
    Draft draft =
        new Overlay(schema, ledger.memory().environment(), Set.of())
            .replace(Values.EMPTY, command.config());
    Set<String> set = schema.setKeys(draft.stored().map());
    List<Difference> history =
        new ArrayList<>(
            SchemaEvolution.differences(Values.EMPTY, draft.stored().map(), schema).stream()
                .filter(difference -> set.contains(difference.key()))
                .toList());
    draft.secrets().keySet().forEach(key -> history.add(new Difference(key, null, MASK)));
    if (command.dryRun()) {
      return Future.succeededFuture(
          Results.unchanged(
              ledger.memory(), service, "dry run: the service would be made", history));
    }
    List<SchemaWrite> schemas =
        known != null
            ? List.of()
            : List.of(
                new SchemaWrite(service, SchemaOrigin.UNTYPED, CompiledSchema.UNTYPED_DOCUMENT));
    String hash = known != null ? null : ledger.memory().modelHashWith(schema);
    Author author = new Author(command.caller().name(), command.reason());
    return secrets
        .seal(service, draft.secrets())
        .compose(
            seals -> {
              ServiceWrite write =
                  Writes.create(
                      schema, ledger.memory().environment(), draft.stored(), seals, history);
              return ledger.commit(
                  Proposal.of(
                      writes.commit(write, schemas, hash, author, ConfigUseCases.CHANGE.action()),
                      schema));
            })
        .map(
            event ->
                Results.changed(
                    event,
                    schema.untyped()
                        ? "service made without a schema: it takes any flat key"
                        : "service made",
                    history));
  }
}
