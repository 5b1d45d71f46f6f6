package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.crypto.SecretsOpened;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.DeleteSecret;
import dev.holdfast.messages.settings.PutSecret;
import dev.holdfast.messages.settings.ReadSecrets;
import dev.holdfast.messages.settings.RevealSecret;
import dev.holdfast.messages.settings.SecretRevealed;
import dev.holdfast.messages.settings.SecretsRead;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.RecordAccess;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Caller;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.settings.Writes.Author;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One secret at a time, and all of a service in clear. */
final class SecretUseCases {
  private static final ConfigUseCases.What SET = new ConfigUseCases.What("set-secret", "set: ");
  private static final ConfigUseCases.What REMOVE =
      new ConfigUseCases.What("remove-secret", "removed: ");

  private final Bus bus;
  private final Memory memory;
  private final Retries retries;
  private final ConfigUseCases configs;
  private final Secrets secrets;
  private final Clock clock;

  SecretUseCases(
      Bus bus,
      Memory memory,
      Retries retries,
      ConfigUseCases configs,
      Secrets secrets,
      Clock clock) {
    this.bus = bus;
    this.memory = memory;
    this.retries = retries;
    this.configs = configs;
    this.secrets = secrets;
    this.clock = clock;
  }

  /** Fails as {@code SettingsRoutes.PUT_SECRET} says. */
  Future<ChangeResult> put(PutSecret command) {
    String key = command.key();
    check(command.service(), key, command.caller());
    Checks.reason(command.reason());
    if (command.value().reveal().equals(SecretValue.MASK)) {
      throw Checks.invalid(
          command.service(),
          List.of(new FieldError("value", "value: the mask (expected: a secret)", "mask")));
    }
    Map<String, @Nullable Object> one = Map.of(key, command.value().reveal());
    Author author = new Author(command.caller().name(), command.reason());
    return retries.run(() -> configs.set(command.service(), one, author, SET));
  }

  /** Fails as {@code SettingsRoutes.DELETE_SECRET} says. */
  Future<ChangeResult> delete(DeleteSecret command) {
    check(command.service(), command.key(), command.caller());
    Checks.reason(command.reason());
    Map<String, @Nullable Object> none = Collections.singletonMap(command.key(), null);
    Author author = new Author(command.caller().name(), command.reason());
    return retries.run(() -> configs.set(command.service(), none, author, REMOVE));
  }

  /** Fails as {@code SettingsRoutes.REVEAL} says. */
  Future<SecretRevealed> reveal(RevealSecret command) {
    String service = command.service();
    String key = command.key();
    ServiceSnapshot snapshot = check(service, key, command.caller());
    if (command.reason().isBlank()) {
      throw Checks.invalid(
          "the request",
          List.of(
              new FieldError(
                  "reason", "reason: blank (expected: why it is revealed)", "min_length")));
    }
    Checks.reason(command.reason());
    if (!snapshot.secretIsSet(key)) {
      throw BusFailure.of(FailureCode.NOT_FOUND, service + " " + key + ": is not set");
    }
    return open(snapshot, List.of(key))
        .compose(
            opened -> {
              SecretsOpened.Opened one = opened.get(key);
              SecretValue value = one == null ? null : one.value();
              String reason = command.reason();
              if (value == null) {
                String fault = one == null ? "gone" : String.valueOf(one.fault());
                return record(command, false, fault)
                    .compose(
                        recorded ->
                            Future.failedFuture(
                                BusFailure.of(
                                    FailureCode.INTERNAL,
                                    service + " " + key + ": does not open: " + fault)));
              }
              return record(command, true, reason).map(recorded -> new SecretRevealed(value));
            });
  }

  /** Fails as {@code SettingsRoutes.READ_SECRETS} says. */
  Future<SecretsRead> read(ReadSecrets question) {
    ServiceSnapshot snapshot = service(question.service(), question.caller());
    List<String> set =
        snapshot.schema().fields().stream()
            .filter(field -> field.secret() && snapshot.secretIsSet(field.key()))
            .map(field -> field.key())
            .toList();
    return open(snapshot, set)
        .map(
            opened -> {
              Map<String, SecretValue> values = new HashMap<>();
              Map<String, String> faults = new HashMap<>();
              opened.forEach(
                  (key, each) -> {
                    SecretValue value = each.value();
                    if (value != null) {
                      values.put(key, value);
                    } else {
                      faults.put(key, String.valueOf(each.fault()));
                    }
                  });
              memory.lost(question.service()).forEach(key -> faults.put(key, Rotation.LOST));
              bus.publish(
                  StorageRoutes.ACCESS,
                  entry(question.caller(), "read-secrets", question.service(), null, true, null));
              return new SecretsRead(snapshot, values, faults);
            });
  }

  private Future<Map<String, SecretsOpened.Opened>> open(
      ServiceSnapshot snapshot, List<String> keys) {
    String service = snapshot.service();
    CompiledSchema schema = memory.schema(service);
    Map<String, SecretValue> held =
        schema == null ? Map.of() : memory.environment().of(schema).secrets();
    Map<String, Sealed> sealed = new HashMap<>();
    Map<String, SecretsOpened.Opened> all = new HashMap<>();
    for (String key : keys) {
      SecretValue ofEnvironment = held.get(key);
      Sealed stored = snapshot.secrets().get(key);
      if (ofEnvironment != null) {
        all.put(key, new SecretsOpened.Opened(ofEnvironment, null));
      } else if (stored != null) {
        sealed.put(key, stored);
      }
    }
    return secrets
        .open(service, sealed)
        .map(
            opened -> {
              all.putAll(opened);
              return all;
            });
  }

  private Future<?> record(RevealSecret command, boolean success, String reason) {
    return bus.call(
        StorageRoutes.RECORD_ACCESS,
        new RecordAccess(
            entry(command.caller(), "reveal", command.service(), command.key(), success, reason)));
  }

  private AccessEntry entry(
      Caller caller,
      String action,
      String service,
      @Nullable String key,
      boolean success,
      @Nullable String reason) {
    return new AccessEntry(caller.name(), action, service, key, success, reason, clock.instant());
  }

  private ServiceSnapshot check(String service, String key, Caller caller) {
    ServiceSnapshot snapshot = service(service, caller);
    CompiledSchema schema = memory.schema(service);
    if (schema == null || schema.field(key) == null) {
      throw BusFailure.of(
          FailureCode.NOT_FOUND, service + " " + Scalars.showKey(key) + ": there is no such key");
    }
    if (!schema.secret(key)) {
      throw Checks.invalid(
          service,
          List.of(
              new FieldError(key, key + ": is no secret (expected: a secret's key)", "secret")));
    }
    return snapshot;
  }

  private ServiceSnapshot service(String service, Caller caller) {
    Checks.mayChange(service, caller);
    ServiceSnapshot snapshot = memory.service(service);
    if (snapshot == null) {
      throw Checks.noService(service);
    }
    return snapshot;
  }
}
