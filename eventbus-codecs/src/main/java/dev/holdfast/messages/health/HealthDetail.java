package dev.holdfast.messages.health;

import static java.util.Objects.requireNonNull;

import dev.holdfast.messages.backup.BackupState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why the manager is as it is.
 *
 * @param causes what is wrong now, worst first
 * @param transitions the newest changes of state, newest first
 * @param breaks every stored setting that no longer fits its schema: {@code service: key: reason}
 * @param progress of a rebuild, or null where none is under way
 * @param lastCheck the newest full check, or null before the first
 * @param lastRebuild the newest rebuild of this process, or null
 * @param backup how it stands with the replica
 */
public record HealthDetail(
    List<Cause> causes,
    List<Transition> transitions,
    List<String> breaks,
    @Nullable Progress progress,
    @Nullable Check lastCheck,
    @Nullable Rebuild lastRebuild,
    BackupState backup)
    implements HealthMessage {
  public HealthDetail {
    causes = List.copyOf(causes);
    transitions = List.copyOf(transitions);
    breaks = List.copyOf(breaks);
    requireNonNull(backup, "backup");
  }

  /**
   * Something that is wrong.
   *
   * @param event its name
   * @param err the same for a person
   * @param since since when
   */
  public record Cause(String event, String err, Instant since) {
    public Cause {
      requireNonNull(event, "event");
      requireNonNull(err, "err");
      requireNonNull(since, "since");
    }
  }

  /**
   * A change of state.
   *
   * @param at when
   * @param databaseStatus the status from then on
   * @param operationalMode the mode from then on
   * @param event the name of the cause, or null where it is over
   * @param err the same for a person, or null
   */
  public record Transition(
      Instant at,
      String databaseStatus,
      String operationalMode,
      @Nullable String event,
      @Nullable String err) {
    public Transition {
      requireNonNull(at, "at");
      requireNonNull(databaseStatus, "databaseStatus");
      requireNonNull(operationalMode, "operationalMode");
    }
  }

  /**
   * How far a rebuild is.
   *
   * @param step the step that runs, from 1
   * @param steps how many there are
   * @param text what it does
   */
  public record Progress(int step, int steps, String text) {
    public Progress {
      requireNonNull(text, "text");
    }
  }

  /**
   * A full check.
   *
   * @param at when it ended
   * @param millis how long it took
   * @param fault what it found, or null where all was well
   */
  public record Check(Instant at, long millis, @Nullable String fault) {
    public Check {
      requireNonNull(at, "at");
    }
  }

  /**
   * A rebuild.
   *
   * @param at when it ended
   * @param millis how long it took
   * @param requestedBy who wanted it
   * @param reason why
   * @param backup the name of the file that the old database is now, or null where there was none
   * @param lost the secrets that do not open any more: {@code service key}
   * @param reset the settings that went back to their defaults: {@code service: key: reason}
   */
  public record Rebuild(
      Instant at,
      long millis,
      String requestedBy,
      String reason,
      @Nullable String backup,
      List<String> lost,
      List<String> reset) {
    public Rebuild {
      requireNonNull(at, "at");
      requireNonNull(requestedBy, "requestedBy");
      requireNonNull(reason, "reason");
      lost = List.copyOf(lost);
      reset = List.copyOf(reset);
    }
  }
}
