package dev.holdfast.messages.backup;

import static dev.holdfast.bus.Topic.topic;

import dev.holdfast.bus.Topic;

/** The events the backup room announces. */
public final class BackupTopics {
  /** Whenever the state is another than before, and about every second while a replica is set. */
  public static final Topic<BackupState> STATE = topic("backup.state", BackupState.class);

  private BackupTopics() {}
}
