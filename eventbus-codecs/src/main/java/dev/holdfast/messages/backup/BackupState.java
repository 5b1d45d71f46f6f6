package dev.holdfast.messages.backup;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Times;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with the backup.
 *
 * @param status healthy only while it is proven
 * @param trouble what is wrong, or null; may be null with {@link Status#ERROR} while nothing is
 *     proven yet
 * @param err the same for a person, or null; never holds a credential
 * @param lastBackup when something newer was last seen to arrive at the replica, or null
 * @param lagMillis how long the oldest commit that is not at the replica waits; 0: none waits; null
 *     while nothing is known
 * @param replica where the replica is, or null where none is set; holds no credential
 * @param drill the newest rehearsal of a restore, or null before the first
 */
public record BackupState(
    Status status,
    @Nullable Trouble trouble,
    @Nullable String err,
    @Nullable Instant lastBackup,
    @Nullable Long lagMillis,
    @Nullable String replica,
    @Nullable Drill drill)
    implements BackupMessage {
  /** No replica is set. */
  public static final BackupState DISABLED =
      new BackupState(Status.DISABLED, null, null, null, null, null, null);

  public BackupState {
    requireNonNull(status, "status");
  }

  /** Whether everything that was committed some seconds ago is at the replica. */
  public enum Status {
    HEALTHY("healthy"),
    ERROR("error"),
    DISABLED("disabled");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    /** The name it has on the wire. */
    public String word() {
      return word;
    }
  }

  /** What can be wrong, worst first. */
  public enum Trouble {
    /** Nothing listens where Litestream tells its metrics. */
    LITESTREAM_DEAD,
    /** Something listens there and does not answer. */
    LITESTREAM_HUNG,
    /** The replica answers, and does not accept the credentials. */
    REPLICA_REFUSED,
    /** The replica does not answer. */
    REPLICA_UNREACHABLE,
    /** What is committed does not get to the replica, and nothing moves. */
    BACKUP_FROZEN,
    /** What is committed gets to the replica too late. */
    BACKUP_LAGGING
  }

  /**
   * A rehearsal of a restore.
   *
   * @param at when it ended
   * @param ok whether what was restored passed every check
   * @param millis how long restore and checks took
   * @param epoch of what was restored, or null where nothing was
   * @param revision of what was restored, 0 where nothing was
   * @param text what was found, for a person; holds no credential
   */
  public record Drill(
      Instant at, boolean ok, long millis, @Nullable String epoch, long revision, String text) {
    public Drill {
      requireNonNull(at, "at");
      requireNonNull(text, "text");
    }

    /** The members under their public names and in their order, as every door and the file show. */
    public Map<String, @Nullable Object> members() {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      members.put("at", Times.format(at));
      members.put("ok", ok);
      members.put("duration_ms", millis);
      members.put("config_epoch", epoch);
      members.put("revision", revision);
      members.put("text", text);
      return members;
    }
  }
}
