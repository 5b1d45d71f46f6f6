package dev.holdfast.health;

import dev.holdfast.health.Fault.Kind;
import dev.holdfast.messages.backup.BackupState;
import dev.holdfast.messages.backup.BackupState.Drill;
import dev.holdfast.messages.backup.BackupState.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the backup room says, as far as it is part of the manager's health. */
final class BackupConditions {
  static final Set<Kind> KINDS =
      EnumSet.of(
          Kind.LITESTREAM_DEAD,
          Kind.LITESTREAM_HUNG,
          Kind.REPLICA_REFUSED,
          Kind.REPLICA_UNREACHABLE,
          Kind.BACKUP_FROZEN,
          Kind.BACKUP_LAGGING,
          Kind.RESTORE_FAILED);

  /** While all is well the time of the last backup is told so seldom, not with every change. */
  private static final Duration COARSE = Duration.ofSeconds(30);

  private BackupState state = BackupState.DISABLED;
  private @Nullable Instant lastBackup;

  void tell(BackupState now) {
    Instant last = now.lastBackup();
    if (last != null
        && (lastBackup == null
            || now.status() != state.status()
            || Duration.between(lastBackup, last).abs().compareTo(COARSE) >= 0)) {
      lastBackup = last;
    }
    state = now;
  }

  BackupState state() {
    return state;
  }

  /** Coarse. */
  @Nullable Instant lastBackup() {
    return lastBackup;
  }

  /** Puts what is wrong in the place of what was. */
  void into(Map<Kind, Fault> faults) {
    faults.keySet().removeAll(KINDS);
    Trouble trouble = state.trouble();
    if (trouble != null) {
      Kind kind = kind(trouble);
      faults.put(kind, new Fault(kind, String.valueOf(state.err())));
    }
    Drill drill = state.drill();
    if (drill != null && !drill.ok()) {
      faults.put(
          Kind.RESTORE_FAILED,
          new Fault(Kind.RESTORE_FAILED, "the last rehearsed restore failed: " + drill.text()));
    }
  }

  private static Kind kind(Trouble trouble) {
    return switch (trouble) {
      case LITESTREAM_DEAD -> Kind.LITESTREAM_DEAD;
      case LITESTREAM_HUNG -> Kind.LITESTREAM_HUNG;
      case REPLICA_REFUSED -> Kind.REPLICA_REFUSED;
      case REPLICA_UNREACHABLE -> Kind.REPLICA_UNREACHABLE;
      case BACKUP_FROZEN -> Kind.BACKUP_FROZEN;
      case BACKUP_LAGGING -> Kind.BACKUP_LAGGING;
    };
  }
}
