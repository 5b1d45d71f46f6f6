package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who changed what, when and why, and back again. */
class PageHistoryIT {
  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Chromium chromium;
  private Visitor visitor;

  @BeforeAll
  static void start() throws Exception {
    chromium = Chromium.start();
    manager = ManagerProcess.start(folder);
    change("stt-worker", 1, "first", "{\"vad_threshold\":0.6,\"channels\":2}");
    change("stt-worker", 2, "second", "{\"vad_threshold\":0.7}");
    change("router", 1, "third", "{\"router_wake_ack_text\":\"Hello?\"}");
  }

  private static void change(String service, long version, String reason, String patch)
      throws Exception {
    String path = "/api/config/services/" + service + "?version=" + version + "&reason=" + reason;
    assertThat(manager.call("PATCH", path, manager.admin(), patch).statusCode()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
    if (manager != null) {
      manager.close();
    }
  }

  @BeforeEach
  void signIn() throws Exception {
    visitor = chromium.visitor(manager).signIn();
  }

  @AfterEach
  void leave() {
    visitor.close();
  }

  private Locator changes() {
    return visitor.page.locator(".timeline > li");
  }

  @Test
  void timeline_tellsWhoWhenWhyAndWhat() {
    visitor.open("history");
    see(changes().first()).containsText("third");
    see(changes().first()).containsText("router_wake_ack_text");
    see(changes().first()).containsText("Yes?");
    see(changes().first()).containsText("Hello?");
    visitor.open("services/stt-worker/history");
    see(visitor.page.locator(".timeline")).not().containsText("router_wake_ack_text");
    see(visitor.page.getByRole(AriaRole.IMG).last()).isVisible();
    see(visitor.page.locator(".activity canvas")).isVisible();
    see(visitor.text("changed settings in the last")).isVisible();
  }

  @Test
  void filters_byServiceKeyAndDate() {
    visitor.open("history");
    visitor.label("Service").selectOption("router");
    see(visitor.page.locator(".timeline")).not().containsText("vad_threshold");
    see(visitor.page.locator(".timeline")).containsText("router_wake_ack_text");
    visitor.label("Service").selectOption("");
    visitor.label("Setting").fill("channels");
    see(changes()).hasCount(1);
    see(changes().first()).containsText("first");
    visitor.label("Setting").fill("");
    visitor.label("From").fill(LocalDate.now(ZoneId.systemDefault()).plusDays(2).toString());
    see(visitor.text("Nothing was changed that these filters let through.")).isVisible();
    visitor.label("From").fill(LocalDate.now(ZoneId.systemDefault()).minusDays(1).toString());
    visitor.label("To").fill(LocalDate.now(ZoneId.systemDefault()).plusDays(1).toString());
    see(visitor.page.locator(".timeline")).containsText("vad_threshold");
  }

  @Test
  void restore_afterAPreview_bringsTheOldValueBack() throws Exception {
    change("wake-activation", 1, "to-undo", "{\"cooldown_ms\":1234}");
    change("wake-activation", 2, "to-undo-too", "{\"cooldown_ms\":2345}");
    visitor.open("services/wake-activation/history");
    see(changes()).hasCount(2);
    changes().nth(0).getByRole(AriaRole.CHECKBOX).check();
    changes().nth(1).getByRole(AriaRole.CHECKBOX).check();
    visitor.buttonThat("Restore selected").click();
    Locator row = visitor.dialog().getByRole(AriaRole.ROW).last();
    see(row).containsText("2345");
    Object before = defaultOf("wake-activation", "cooldown_ms");
    see(row).containsText(String.valueOf(before));
    visitor.dialog().getByRole(AriaRole.BUTTON).getByText("Restore").click();
    see(visitor.text("Restored: cooldown_ms")).isVisible();
    assertThat(manager.service("wake-activation").getJsonObject("config").getValue("cooldown_ms"))
        .isEqualTo(before);
    see(changes()).hasCount(3);
  }

  private static Object defaultOf(String service, String key) throws Exception {
    return manager.service(service).getJsonArray("fields").stream()
        .map(io.vertx.core.json.JsonObject.class::cast)
        .filter(field -> field.getString("key").equals(key))
        .findFirst()
        .orElseThrow()
        .getValue("default");
  }
}
