package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page does while the manager is not well. */
class PageLiveIT {
  @TempDir Path folder;
  private ManagerProcess manager;
  private Chromium chromium;
  private Visitor visitor;

  @BeforeEach
  void start() throws Exception {
    chromium = Chromium.start();
    manager = ManagerProcess.start(folder);
    visitor = chromium.visitor(manager).signIn();
  }

  @AfterEach
  void stop() {
    try {
      if (visitor != null) {
        visitor.close();
      }
    } finally {
      if (chromium != null) {
        chromium.close();
      }
      if (manager != null) {
        manager.close();
      }
    }
  }

  private void change(String service, String patch) throws Exception {
    long version = manager.service(service).getLong("version");
    assertThat(manager.patch(service, version, patch).statusCode()).isEqualTo(200);
  }

  @Test
  void everything_changedElsewhere_isShownWithoutReload() throws Exception {
    visitor.setting("stt-worker", "vad_threshold");
    change("stt-worker", "{\"vad_threshold\":0.71}");
    see(visitor.label("vad_threshold")).hasValue("0.71");
    visitor.open("");
    String schema =
        "{\"type\":\"object\",\"properties\":{\"size\":{\"type\":\"integer\",\"default\":1}}}";
    assertThat(
            manager
                .call("PUT", "/api/config/schemas/newcomer", manager.admin(), schema)
                .statusCode())
        .isBetween(200, 201);
    see(visitor.link("newcomer").first()).isVisible();
    assertThat(
            manager
                .call("DELETE", "/api/config/services/newcomer?version=1", manager.admin(), null)
                .statusCode())
        .isEqualTo(200);
    see(visitor.link("newcomer")).hasCount(0);
  }

  @Test
  void service_deletedElsewhereWhileEditing_isSaid() throws Exception {
    visitor.setting("memory-worker", "retention_days").fill("7");
    see(visitor.buttonThat("Review and save")).isEnabled();
    assertThat(
            manager
                .call(
                    "DELETE", "/api/config/services/memory-worker?version=1", manager.admin(), null)
                .statusCode())
        .isEqualTo(200);
    see(visitor.text("There is no such service")).isVisible();
    see(visitor.text("memory-worker was deleted elsewhere")).isVisible();
    see(visitor.link("memory-worker")).hasCount(0);
  }

  @Test
  void manager_restartedWhileEditing_isMissedAndNothingTypedIsLost() throws Exception {
    visitor.setting("stt-worker", "vad_threshold").fill("0.42");
    manager.kill();
    see(visitor.text("Connection lost").first()).isVisible();
    see(visitor.label("vad_threshold")).hasValue("0.42");
    manager.startAgain();
    change("router", "{\"router_wake_ack_text\":\"Back again\"}");
    // Sessions live in the manager's memory: one signs in again on top of what one was doing.
    see(visitor.text("what you typed is still here")).isVisible();
    visitor.typeToken(manager.admin());
    see(visitor.page.locator(".link.live")).isVisible();
    see(visitor.label("vad_threshold")).hasValue("0.42");
    visitor.save("after the restart");
    assertThat(manager.service("stt-worker").getJsonObject("config").getDouble("vad_threshold"))
        .isEqualTo(0.42);
    visitor.open("services/router");
    see(visitor.label("router_wake_ack_text")).hasValue("Back again");
  }

  @Test
  void fallback_whileEditing_isSaidAndWhatWasTypedIsSavedAfterwards() throws Exception {
    visitor.setting("stt-worker", "vad_threshold").fill("0.43");
    see(visitor.buttonThat("Review and save")).isEnabled();
    try (Connection holder =
            DriverManager.getConnection("jdbc:sqlite:" + manager.data("config.db"));
        Statement statement = holder.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.execute("BEGIN EXCLUSIVE");
      see(visitor.text("Read-only fallback: database-locked")).isVisible();
      see(visitor.text("Settings can be read")).isVisible();
      see(visitor.buttonThat("Review and save")).isDisabled();
      see(visitor.label("vad_threshold")).hasValue("0.43");
      visitor.open("state");
      see(visitor.text("read-only-fallback").first()).isVisible();
      see(visitor.text("What is wrong")).isVisible();
      statement.execute("ROLLBACK");
    }
    see(visitor.text("Read-only fallback")).hasCount(0);
    visitor.setting("stt-worker", "vad_threshold");
    see(visitor.label("vad_threshold")).hasValue("0.43");
    visitor.save("the lock is gone");
    assertThat(manager.service("stt-worker").getJsonObject("config").getDouble("vad_threshold"))
        .isEqualTo(0.43);
  }
}
