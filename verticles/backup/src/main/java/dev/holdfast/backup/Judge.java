package dev.holdfast.backup;

import dev.holdfast.messages.backup.BackupState;
import dev.holdfast.messages.backup.BackupState.Status;
import dev.holdfast.messages.backup.BackupState.Trouble;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Decides how the backup stands, from what can be trusted: own commits, how often Litestream has
 * read the database, how far it is, how far the replica is, and what lies there. Without a clock or
 * any input of its own; for one thread.
 *
 * <p>What was committed before a sample was taken is in Litestream's hands when it has read the
 * database twice since: the first may have been under way. It is at the replica when the replica is
 * as far as Litestream was then.
 */
final class Judge {
  /** So long both may take to begin. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** After so long without an answer Litestream is not there. */
  static final Duration SILENT = Duration.ofSeconds(4);

  /** After so long without a move of the replica, while something waits, nothing moves. */
  static final Duration FROZEN = Duration.ofSeconds(10);

  /** A commit that waits so long is late. */
  static final Duration LATE = Duration.ofSeconds(30);

  private static final int MOST = 3_600;

  private record Sample(Instant at, long syncs) {}

  private record Mark(Position local, Instant covered) {}

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private @Nullable Instant lastCommit;
  private @Nullable Instant waitingSince;
  private @Nullable Instant through;
  private @Nullable Instant lastBackup;
  private @Nullable Metrics metrics;
  private @Nullable Position replica;
  private @Nullable Position outdated;
  private final Clock wall;
  private final Instant began;
  private Instant moved;
  private Instant heard;
  private boolean listening;
  private @Nullable String silence;
  private @Nullable String away;
  private boolean refused;
  private int awayTimes;

  /**
   * Begins.
   *
   * @param now this and every other time it is told must go on evenly
   * @param wall what people call the time, to tell when a backup came
   */
  Judge(Instant now, Clock wall) {
    this.wall = wall;
    this.began = now;
    this.moved = now;
    this.heard = now;
  }

  /** The manager committed something. */
  void committed(Instant at) {
    if (lastCommit == null || at.isAfter(lastCommit)) {
      lastCommit = at;
    }
    if (waitingSince == null) {
      waitingSince = at;
    }
  }

  /** Litestream told of itself. */
  void told(Instant at, Metrics now) {
    heard = at;
    silence = null;
    Metrics before = metrics;
    metrics = now;
    if (before != null && (now.syncs() < before.syncs() || !now.local().atLeast(before.local()))) {
      begunAnew(now);
    }
    Instant covered = covered(at, now);
    if (covered != null) {
      mark(now.local(), covered);
    }
    Position told = now.replica();
    if (told != null && !told.equals(outdated)) {
      outdated = null;
      reached(at, told);
    } else if (told == null && replica != null) {
      reached(at, replica);
    }
  }

  /** Another process, or another count: what was known of positions holds no more. */
  private void begunAnew(Metrics now) {
    samples.clear();
    marks.clear();
    replica = null;
    outdated = now.replica();
  }

  /** Everything committed before is in Litestream's hands; null where that is not known. */
  private @Nullable Instant covered(Instant at, Metrics now) {
    samples.add(new Sample(at, now.syncs()));
    if (samples.size() > MOST) {
      samples.remove();
    }
    Instant covered = null;
    while (samples.element().syncs() <= now.syncs() - 2) {
      covered = samples.remove().at();
    }
    return covered;
  }

  private void mark(Position local, Instant covered) {
    Mark last = marks.peekLast();
    if (last != null && last.local().equals(local)) {
      marks.removeLast();
    }
    marks.add(new Mark(local, covered));
    if (marks.size() > MOST) {
      marks.remove();
    }
  }

  /** Litestream did not tell. */
  void silent(boolean nobody, String why) {
    listening = !nobody;
    silence = why;
  }

  /** The replica was looked at. */
  void seen(Instant at, @Nullable Newest found) {
    away = null;
    refused = false;
    awayTimes = 0;
    if (found == null) {
      return;
    }
    if (lastBackup == null) {
      lastBackup = found.at();
    }
    if (found.position() != null) {
      reached(at, found.position());
    }
  }

  /** The replica could not be looked at. */
  void notSeen(boolean credentials, String why) {
    away = why;
    refused = credentials;
    awayTimes++;
  }

  private void reached(Instant at, Position position) {
    if (replica == null || !replica.equals(position)) {
      if (replica != null) {
        lastBackup = wall.instant();
        moved = at;
      }
      replica = position;
    }
    while (!marks.isEmpty() && position.atLeast(marks.element().local())) {
      Instant covered = marks.remove().covered();
      if (through == null || covered.isAfter(through)) {
        through = covered;
      }
    }
    if (through != null && waitingSince != null && !waitingSince.isAfter(through)) {
      boolean all = lastCommit == null || !lastCommit.isAfter(through);
      waitingSince = all ? null : through;
    }
  }

  /** Whether something that was committed is not known to be at the replica, or it is away. */
  boolean waits() {
    return waitingSince != null || away != null;
  }

  /** How long the oldest such commit waits; null while nothing is known. */
  @Nullable Duration lag(Instant now) {
    if (through == null) {
      return null;
    }
    Instant since = waitingSince;
    return since == null ? Duration.ZERO : positive(Duration.between(since, now));
  }

  /** The state. */
  BackupState state(Instant now, String place, BackupState.@Nullable Drill drill) {
    Duration lag = lag(now);
    Trouble trouble = trouble(now);
    Status status = trouble == null && through != null ? Status.HEALTHY : Status.ERROR;
    return new BackupState(
        status,
        trouble,
        trouble == null ? null : text(trouble, place),
        lastBackup,
        lag == null ? null : lag.toMillis(),
        place,
        drill);
  }

  private @Nullable Trouble trouble(Instant now) {
    if (through == null && !older(began, PATIENCE, now)) {
      return null;
    }
    if (silence != null && older(heard, SILENT, now)) {
      return listening ? Trouble.LITESTREAM_HUNG : Trouble.LITESTREAM_DEAD;
    }
    if (away != null && awayTimes > 1) {
      return refused ? Trouble.REPLICA_REFUSED : Trouble.REPLICA_UNREACHABLE;
    }
    Instant since = waitingSince;
    if (since == null) {
      return null;
    }
    if (older(since, FROZEN, now) && older(moved, FROZEN, now)) {
      return Trouble.BACKUP_FROZEN;
    }
    return older(since, LATE, now) ? Trouble.BACKUP_LAGGING : null;
  }

  private String text(Trouble trouble, String place) {
    return switch (trouble) {
      case LITESTREAM_DEAD -> "litestream does not run, or does not tell its metrics: " + silence;
      case LITESTREAM_HUNG -> "litestream hangs: " + silence;
      case REPLICA_REFUSED -> "the replica " + place + " refuses this manager: " + away;
      case REPLICA_UNREACHABLE -> "the replica " + place + " cannot be reached: " + away;
      case BACKUP_FROZEN ->
          "commits do not get to the replica "
              + place
              + ", although it answers: see the log of litestream (are its credentials right, does"
              + " it replicate this database?)";
      case BACKUP_LAGGING -> "commits get to the replica " + place + " too late";
    };
  }

  private static boolean older(Instant since, Duration than, Instant now) {
    return Duration.between(since, now).compareTo(than) > 0;
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
