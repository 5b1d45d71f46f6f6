package dev.holdfast.model;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf something is asked.
 *
 * @param name the token's name, or the first 8 hex digits of its digest
 * @param scope the services this caller may see; null means all
 * @param requestId ties log lines to the request
 */
public record Caller(String name, @Nullable Set<String> scope, String requestId) {
  public Caller {
    requireNonNull(name, "name");
    requireNonNull(requestId, "requestId");
    scope = scope == null ? null : Set.copyOf(scope);
  }

  /** The manager itself. */
  public static Caller system(String task) {
    return new Caller("system", null, task);
  }

  /** Whether this caller may see that service. */
  public boolean sees(String service) {
    return scope == null || scope.contains(service);
  }
}
