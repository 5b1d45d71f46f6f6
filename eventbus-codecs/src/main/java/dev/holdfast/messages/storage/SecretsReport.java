package dev.holdfast.messages.storage;

import java.time.Instant;
import java.util.Map;

/**
 * Which keys the stored secrets need.
 *
 * @param secrets how many secrets are sealed with each, by key id
 * @param unusedSince since when no secret needs a key, by key id, where that was noted
 */
public record SecretsReport(Map<String, Long> secrets, Map<String, Instant> unusedSince) {
  public SecretsReport {
    secrets = Map.copyOf(secrets);
    unusedSince = Map.copyOf(unusedSince);
  }
}
