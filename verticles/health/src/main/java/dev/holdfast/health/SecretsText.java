package dev.holdfast.health;

import dev.holdfast.messages.settings.SecretsStatus;
import dev.holdfast.messages.settings.SecretsStatus.SecretFault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says which secrets do not open. */
final class SecretsText {
  /** How many secrets a text names. */
  private static final int NAMED = 3;

  private SecretsText() {}

  /** The text, or null where all open. */
  static @Nullable String of(SecretsStatus status) {
    List<SecretFault> unreadable = status.faults();
    if (unreadable.isEmpty()) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    text.append(unreadable.size()).append(unreadable.size() == 1 ? " secret" : " secrets");
    text.append(unreadable.size() == 1 ? " does not open" : " do not open");
    String separator = ": ";
    for (SecretFault fault : unreadable.subList(0, Math.min(NAMED, unreadable.size()))) {
      text.append(separator).append(fault.service()).append(' ').append(fault.key());
      text.append(" (").append(fault.fault());
      text.append(fault.keyId().isEmpty() ? ")" : ", key id " + fault.keyId() + ")");
      separator = ", ";
    }
    text.append(unreadable.size() > NAMED ? " and others" : "");
    boolean stuck = status.rotation() == SecretsStatus.Rotation.STUCK;
    return text.append(stuck ? "; the old master key is still needed" : "").toString();
  }
}
