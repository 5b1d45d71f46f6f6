package dev.holdfast.backup;

import dev.holdfast.files.DurableFiles;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.backup.BackupState.Drill;
import dev.holdfast.model.Times;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The newest rehearsal, kept in a file beside the database. All block. */
final class DrillRecord {
  private static final Logger LOG = LoggerFactory.getLogger(DrillRecord.class);

  private final Path file;

  DrillRecord(Path database) {
    this.file = database.resolveSibling("restore-drill.json");
  }

  void write(Drill drill) throws IOException {
    DurableFiles.replace(file, new JsonObject(drill.members()).toBuffer().getBytes());
  }

  /** Null where there is none that can be read: it is a report, and nothing rests on it. */
  @Nullable Drill read() {
    try {
      JsonObject members = new JsonObject(StrictJson.object(DurableFiles.read(file)));
      return new Drill(
          Times.parse(members.getString("at")),
          members.getBoolean("ok"),
          members.getLong("duration_ms"),
          members.getString("config_epoch"),
          members.getLong("revision"),
          members.getString("text"));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}: cannot be read: {}", file, e.getMessage());
      return null;
    }
  }
}
