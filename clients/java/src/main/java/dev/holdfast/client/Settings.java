package dev.holdfast.client;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.SecretValue;
import dev.holdfast.model.Values;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a service at one version, with where they came from. Its text shows no secret.
 *
 * @param service the service's name
 * @param version the service's version, 1 or above; 0 where they are defaults
 * @param epoch the life of the manager's database they are of; empty where they are defaults
 * @param values the effective settings without the secrets
 * @param secrets the secrets in clear, where the token may read them; else empty
 * @param origin where they came from
 */
public record Settings(
    String service,
    long version,
    String epoch,
    Values values,
    Map<String, SecretValue> secrets,
    Origin origin) {
  public Settings {
    requireNonNull(service, "service");
    requireNonNull(epoch, "epoch");
    requireNonNull(values, "values");
    requireNonNull(origin, "origin");
    secrets = Map.copyOf(secrets);
  }

  /** A value: String, Long, Double, Boolean, or null where it is null or absent. */
  public @Nullable Object get(String key) {
    return values.get(key);
  }

  /** The same, from elsewhere. */
  Settings from(Origin other) {
    return new Settings(service, version, epoch, values, secrets, other);
  }
}
