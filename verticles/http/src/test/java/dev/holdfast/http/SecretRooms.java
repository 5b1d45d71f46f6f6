package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.SecretRevealed;
import dev.holdfast.messages.settings.SecretsRead;
import dev.holdfast.messages.settings.SecretsStatus;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AccessFound;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Validation;
import dev.holdfast.model.Values;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Adds secrets to the stand-ins: a service with some, and what settings and storage say of them.
 */
final class SecretRooms {
  static final String READER = "reader-token-0123456789abcdef";
  static final String WRITER = "writer-token-0123456789abcdef";
  static final String SCOPED = "scoped-token-0123456789abcdef";
  static final String OPENER = "opener-token-0123456789abcdef";
  static final String STRANGER = "stranger-token-0123456789abcd";
  static final String SCHEMA = "schema-token-0123456789abcdef";
  static final HttpVerticle.Options OPTIONS =
      new HttpVerticle.Options(
          "127.0.0.1",
          0,
          List.of(
              READER + ":config.read:alice",
              WRITER + ":config.write:bob",
              SCOPED + ":config.write:carol@free-form|other",
              OPENER + ":config.write+config.secrets:olga@tts-worker|free-form",
              STRANGER + ":config.secrets:sam@free-form",
              SCHEMA + ":config.schema:dave@free-form"));

  /** One secret that is set, one from the environment, one not set, one that cannot be opened. */
  static final ServiceSchema TTS =
      new ServiceSchema(
          "tts-worker",
          SchemaOrigin.SHIPPED,
          "{\"type\":\"object\"}",
          List.of(
              secret("api_key"),
              secret("env.key"),
              secret("free_key"),
              secret("lost_key"),
              new FieldSpec(
                  "volume",
                  FieldType.INTEGER,
                  false,
                  Complexity.SIMPLE,
                  "How loud",
                  null,
                  List.of(),
                  100L,
                  Validation.NONE,
                  false,
                  "TTS_VOLUME")));

  static final SecretsStatus STATUS =
      new SecretsStatus(
          SecretsStatus.Rotation.SAFE_TO_REMOVE,
          "new",
          "old",
          3,
          1,
          true,
          Fixtures.AT,
          Fixtures.AT,
          List.of(
              new SecretsStatus.SecretFault("tts-worker", "lost_key", "", "lost"),
              new SecretsStatus.SecretFault("free-form", "other", "gone", "unknown-key")));

  final Rooms rooms;
  volatile Map<String, String> values = Map.of("api_key", "clear-1", "env.key", "clear \"2\"");
  volatile Map<String, String> faults = Map.of();
  volatile BusFailure failing;

  /** Thrown rather than answered, with the question's own text in it. */
  volatile boolean throwing;

  private volatile ServiceSnapshot state = snapshot(5, 12);

  SecretRooms(Rooms rooms) {
    this.rooms = rooms;
    rooms.announce(state);
    rooms.bus.serve(SettingsRoutes.PUT_SECRET, question -> asked(question, this::change));
    rooms.bus.serve(SettingsRoutes.DELETE_SECRET, question -> asked(question, this::change));
    rooms.bus.serve(
        SettingsRoutes.REVEAL,
        question ->
            asked(question, () -> new SecretRevealed(SecretValue.of(values.get(question.key())))));
    rooms.bus.serve(
        SettingsRoutes.READ_SECRETS,
        question ->
            asked(
                question,
                () -> {
                  Map<String, SecretValue> open = new TreeMap<>();
                  values.forEach((key, value) -> open.put(key, SecretValue.of(value)));
                  return new SecretsRead(state, open, faults);
                }));
    rooms.bus.serve(SettingsRoutes.SECRETS_STATUS, question -> asked(question, () -> STATUS));
    rooms.bus.serve(
        StorageRoutes.FIND_ACCESS,
        question ->
            asked(
                question,
                () ->
                    new AccessFound(
                        List.of(
                            new AccessFound.Row(
                                9,
                                new AccessEntry(
                                    "bob",
                                    "reveal",
                                    "tts-worker",
                                    "api_key",
                                    true,
                                    "why",
                                    Fixtures.AT)),
                            new AccessFound.Row(
                                8,
                                new AccessEntry(
                                    "10.0.0.9",
                                    "GET /api/config/me",
                                    null,
                                    null,
                                    false,
                                    "no known token",
                                    Fixtures.AT))))));
  }

  /** The next version of the service, announced. */
  synchronized ServiceSnapshot next() {
    long version = state.version() + 1;
    state = snapshot(version, version + 100);
    rooms.announce(state);
    return state;
  }

  static ServiceSnapshot snapshot(long version, long revision) {
    return new ServiceSnapshot(
        "tts-worker",
        version,
        revision,
        Fixtures.EPOCH,
        Fixtures.AT,
        "ops",
        Values.of(Map.of("volume", 70L)),
        Set.of("api_key", "volume"),
        TTS,
        Set.of("env.key", "volume"),
        Map.of(
            "api_key", new Sealed("c2VhbGVk", "new"), "lost_key", new Sealed("bG9zdA==", "gone")));
  }

  private ChangeResult change() {
    ServiceSnapshot made = next();
    return new ChangeResult(
        made.version(),
        Fixtures.EPOCH,
        made.revision(),
        "done",
        List.of(),
        new ConfigChanged(made.revision(), Fixtures.EPOCH, 1, List.of(made), List.of()));
  }

  private <R> Future<R> asked(Object question, Supplier<R> answer) {
    rooms.asked.add(question);
    if (throwing) {
      throw new IllegalStateException("cannot answer " + question);
    }
    return failing == null ? Future.succeededFuture(answer.get()) : Future.failedFuture(failing);
  }

  private static FieldSpec secret(String key) {
    return new FieldSpec(
        key,
        FieldType.SECRET,
        true,
        Complexity.SIMPLE,
        "A key",
        null,
        List.of(),
        null,
        Validation.NONE,
        false,
        "TTS_" + key.toUpperCase(Locale.ROOT).replace('.', '_'));
  }
}
