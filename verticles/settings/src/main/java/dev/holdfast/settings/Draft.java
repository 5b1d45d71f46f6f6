package dev.holdfast.settings;

import dev.holdfast.model.SecretValue;
import dev.holdfast.model.Values;
import java.util.Map;
import java.util.Set;

/**
 * What somebody wants a service to be, held against its schema.
 *
 * @param stored defaults and what was set, without environment values and secrets
 * @param secrets the secrets that are given in clear, by key
 * @param removed the secrets to remove, whether set or not
 */
record Draft(Values stored, Map<String, SecretValue> secrets, Set<String> removed) {
  Draft {
    secrets = Map.copyOf(secrets);
    removed = Set.copyOf(removed);
  }
}
