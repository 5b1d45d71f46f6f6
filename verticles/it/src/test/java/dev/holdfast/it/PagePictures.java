package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Takes a picture of every view, light and dark, wide and narrow, to be looked at. Not a test: it
 * runs when it is called by its name, and writes to {@code target/pictures}.
 */
class PagePictures {
  private static final Path PICTURES = ManagerProcess.ROOT.resolve("verticles/it/target/pictures");

  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Chromium chromium;

  @BeforeAll
  static void furnish() throws Exception {
    ManagerProcess.require("mosquitto_pub");
    chromium = Chromium.start();
    manager = ManagerProcess.start(folder);
    change("stt-worker", "{\"vad_threshold\":0.55}", "street noise");
    change("stt-worker", "{\"vad_threshold\":0.6,\"whisper_model\":\"small\"}", "new microphone");
    change("tts-worker", "{\"volume_percent\":80,\"tts_streaming\":true}", "quieter at night");
    change("router", "{\"router_wake_ack_text\":\"Ready\"}", "shorter");
    health("stt-worker", "{\"ok\":true}");
    health("tts-worker", "{\"ok\":true}");
    health("camera", "{\"ok\":false,\"event\":\"no-device\",\"err\":\"/dev/video0: not there\"}");
    report("stt-worker", "kitchen", 3, null);
    report("stt-worker", "hall", 2, null);
    report("stt-worker", "attic", 3, "vad_threshold: too high for this microphone");
    report("tts-worker", "kitchen", 2, null);
    report("router", "board", 2, null);
  }

  private static void change(String service, String patch, String reason) throws Exception {
    long version = manager.service(service).getLong("version");
    String path =
        "/api/config/services/%s?version=%d&reason=%s"
            .formatted(service, version, reason.replace(" ", "%20"));
    assertThat(manager.call("PATCH", path, manager.admin(), patch).statusCode()).isEqualTo(200);
  }

  private static void health(String service, String payload) throws Exception {
    manager.publish("system/health/" + service, new JsonObject(payload));
  }

  private static void report(String service, String instance, long version, String reason)
      throws Exception {
    JsonObject report =
        new JsonObject()
            .put("version", version)
            .put("config_epoch", manager.service(service).getString("config_epoch"))
            .put("applied", reason == null)
            .put("reason", reason)
            .put("at", Instant.now().toString());
    manager.publish("system/config-status/" + service + "/" + instance, report);
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

  @ParameterizedTest
  @CsvSource({"1280,LIGHT", "1280,DARK", "768,LIGHT", "768,DARK"})
  void views(int width, ColorScheme colours) throws Exception {
    String end = "-" + colours.name().toLowerCase(java.util.Locale.ROOT) + "-" + width + ".png";
    try (Visitor visitor = chromium.visitor(manager, width, colours)) {
      visitor.page.navigate("/");
      see(visitor.label("Token")).isVisible();
      take(visitor, "sign-in" + end);
      visitor.signIn();
      take(visitor, "overview" + end);
      visitor.settings("stt-worker");
      visitor.label("Advanced settings").check();
      visitor.button("Help for whisper_model").click();
      take(visitor, "settings" + end);
      visitor.label("vad_threshold").fill("1.4");
      see(visitor.text("(expected: 0.0 to 1.0)")).isVisible();
      take(visitor, "invalid" + end);
      visitor.label("vad_threshold").fill("0.45");
      visitor.label("whisper_model").selectOption("tiny.en");
      visitor.buttonThat("Review and save").click();
      take(visitor, "review" + end);
      visitor.button("Cancel").click();
      String voice = width + colours.name();
      change("stt-worker", "{\"vad_threshold\":0.7}", "somebody else " + voice);
      visitor.buttonThat("Compare").click();
      take(visitor, "conflict" + end);
      visitor.button("Go on editing").click();
      fallback(visitor, end);
      visitor.button("Discard").click();
      visitor.dialog().getByText("Discard", exactly()).click();
      visitor.settings("tts-worker");
      take(visitor, "secret" + end);
      for (String view : List.of("history", "fleet", "shared", "search?q=model")) {
        visitor.open(view);
        see(visitor.page.locator("main h1")).isVisible();
        visitor.page.waitForTimeout(700);
        take(visitor, view.replaceAll("\\?.*", "") + end);
      }
      state(visitor);
      take(visitor, "state" + end);
      change("stt-worker", "{\"vad_threshold\":0.6}", "back again");
    }
  }

  private static com.microsoft.playwright.Locator.GetByTextOptions exactly() {
    return new com.microsoft.playwright.Locator.GetByTextOptions().setExact(true);
  }

  private static void fallback(Visitor visitor, String end) throws Exception {
    try (Connection holder =
            DriverManager.getConnection("jdbc:sqlite:" + manager.data("config.db"));
        Statement statement = holder.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.execute("BEGIN EXCLUSIVE");
      see(visitor.text("Read-only fallback: database-locked")).isVisible();
      take(visitor, "fallback" + end);
      statement.execute("ROLLBACK");
    }
    see(visitor.text("Read-only fallback")).hasCount(0);
  }

  /** With a few changes, so that there is something to draw. */
  private static void state(Visitor visitor) throws Exception {
    visitor.open("state");
    see(visitor.page.locator(".plots canvas")).hasCount(2);
    for (int i = 0; i < 8; i++) {
      change("router", "{\"router_stream_min_chars\":" + (20 + i) + "}", "for the picture");
      TimeUnit.MILLISECONDS.sleep(2_100);
    }
  }

  private static void take(Visitor visitor, String name) {
    visitor.page.mouse().move(0, 0);
    visitor.page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name)));
  }
}
