package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a service's settings as a whole: what is absent returns to its default, a secret stays.
 *
 * @param service a checked name
 * @param config what to set, values as {@link dev.holdfast.json.StrictJson} reads them, unchecked
 * @param expectedVersion the version the caller read; 0 creates
 * @param untyped whether a service without a schema may be made
 * @param dryRun whether only to validate and tell the difference
 * @param reason why, or null
 * @param caller who
 */
public record PutConfig(
    String service,
    Map<String, @Nullable Object> config,
    long expectedVersion,
    boolean untyped,
    boolean dryRun,
    @Nullable String reason,
    Caller caller)
    implements SettingsMessage {
  public PutConfig {
    requireNonNull(service, "service");
    requireNonNull(caller, "caller");
    config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
  }

  /** Without the values: secrets may be among them. */
  @Override
  public String toString() {
    return "PutConfig[" + service + ", " + config.size() + " keys, by " + caller.name() + "]";
  }
}
