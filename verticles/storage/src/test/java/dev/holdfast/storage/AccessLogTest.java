package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.StorageRoutes;
import java.nio.file.Path;
import java.sql.SQLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
  @TempDir Path folder;
  Room room;

  @BeforeEach
  void open() {
    room = Room.open(folder.resolve("config.db"));
  }

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void accessDenied_isWrittenAndLeavesTheRevisionAlone() {
    room.bus.publish(StorageRoutes.ACCESS, denied("PUT /api/config/services/camera"));

    Awaitility.await().until(() -> "1".equals(count()));
    assertThat(row())
        .isEqualTo(
            "reader|PUT /api/config/services/camera|camera|0|no config.write"
                + "|2026-11-22T12:00:00.500000+00:00");
    assertThat(room.load().revision()).isZero();
  }

  @Test
  void accessDenied_flood_isBoundedAndCounted() {
    for (int i = 0; i < 3 * AccessLog.MAX_WAITING; i++) {
      room.bus.publish(StorageRoutes.ACCESS, denied("GET /" + "x".repeat(1000)));
    }

    Awaitility.await()
        .until(
            () ->
                Long.parseLong(count())
                        + room.meters.get("holdfast.storage.access.dropped").counter().count()
                    == 3.0 * AccessLog.MAX_WAITING);
    assertThat(Long.parseLong(count())).isGreaterThanOrEqualTo(AccessLog.MAX_WAITING);
    assertThat(sql("SELECT MAX(length(action)) FROM access_log"))
        .isEqualTo(String.valueOf(AccessRow.MAX_TEXT));
  }

  @Test
  void stop_writesWhatWaits() {
    room.bus.publish(StorageRoutes.ACCESS, denied("GET /"));
    room.load();

    room.stop();

    assertThat(count()).isEqualTo("1");
    room.start();
  }

  private static AccessEntry denied(String action) {
    return new AccessEntry("reader", action, "camera", null, false, "no config.write", Room.NOON);
  }

  private String count() {
    return sql("SELECT COUNT(*) FROM access_log");
  }

  private String row() {
    return sql(
        "SELECT user_id || '|' || action || '|' || service || '|' || success || '|' || reason ||"
            + " '|' || timestamp FROM access_log WHERE key IS NULL");
  }

  private String sql(String query) {
    try {
      return room.one(query);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
