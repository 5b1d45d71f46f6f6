package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes some settings of a service: a JSON Merge Patch (RFC 7396) of its {@code config}, in which
 * null returns a key to its default.
 *
 * @param service a checked name
 * @param patch values as {@link dev.holdfast.json.StrictJson} reads them, unchecked
 * @param expectedVersion the version the caller read
 * @param dryRun whether only to validate and tell the difference
 * @param reason why, or null
 * @param caller who
 */
public record PatchConfig(
    String service,
    Map<String, @Nullable Object> patch,
    long expectedVersion,
    boolean dryRun,
    @Nullable String reason,
    Caller caller)
    implements SettingsMessage {
  public PatchConfig {
    requireNonNull(service, "service");
    requireNonNull(caller, "caller");
    patch = Collections.unmodifiableMap(new LinkedHashMap<>(patch));
  }

  /** Without the values: secrets may be among them. */
  @Override
  public String toString() {
    return "PatchConfig[" + service + ", " + patch.size() + " keys, by " + caller.name() + "]";
  }
}
