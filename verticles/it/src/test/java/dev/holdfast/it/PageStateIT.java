package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The views over everything: services, fleet, what is shared, the manager itself. */
class PageStateIT {
  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Chromium chromium;
  private Visitor visitor;

  @BeforeAll
  static void start() throws Exception {
    ManagerProcess.require("mosquitto_pub");
    chromium = Chromium.start();
    manager = ManagerProcess.start(folder);
    manager.patch("stt-worker", 1, "{\"vad_threshold\":0.6}");
    manager.publish("system/health/camera", new JsonObject().put("ok", true));
    manager.publish(
        "system/health/router",
        new JsonObject().put("ok", false).put("event", "no-llm").put("err", "nobody answers"));
    report("stt-worker", "kitchen", 2, true, null);
    report("stt-worker", "hall", 1, true, null);
    report("stt-worker", "attic", 2, false, "no microphone");
  }

  private static void report(
      String service, String instance, long version, boolean applied, String reason)
      throws Exception {
    JsonObject report =
        new JsonObject()
            .put("version", version)
            .put("config_epoch", manager.service(service).getString("config_epoch"))
            .put("applied", applied)
            .put("at", Instant.now().toString());
    if (reason != null) {
      report.put("reason", reason);
    }
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

  @BeforeEach
  void signIn() throws Exception {
    visitor = chromium.visitor(manager).signIn();
  }

  @AfterEach
  void leave() {
    visitor.close();
  }

  private Locator card(String service) {
    return visitor
        .page
        .locator(".service-card")
        .filter(new Locator.FilterOptions().setHasText(service));
  }

  @Test
  void overview_tellsSettingsVersionAndFleet() {
    see(card("stt-worker")).containsText("9 settings, 1 changed");
    see(card("stt-worker")).containsText("Version 2");
    see(card("stt-worker")).containsText("1 of 3 on the newest version, 1 refused");
    see(card("router")).containsText("No instance has reported");
    see(visitor.page.locator(".side").getByText("1/3")).isVisible();
  }

  @Test
  void health_ofServices_isADotAndWords() {
    see(card("camera").locator(".dot.good")).hasCount(1);
    see(card("router").locator(".dot.bad")).hasCount(1);
    see(card("memory-worker").locator(".dot.none")).hasCount(1);
    see(visitor.page.locator(".side .dot.bad"))
        .hasAttribute("title", "unwell: no-llm, nobody answers");
    visitor.settings("router");
    see(visitor.text("It says it is unwell: no-llm, nobody answers")).isVisible();
  }

  @Test
  void page_thatNobodyAttends_asksNothingByItself() throws Exception {
    visitor.close();
    visitor = chromium.visitor(manager);
    visitor.page.clock().install();
    visitor.signIn().open("state");
    see(visitor.heading("State of the manager")).isVisible();
    AtomicInteger asked = new AtomicInteger();
    visitor.page.onRequest(request -> asked.incrementAndGet());
    visitor.page.clock().runFor(20_000);
    assertThat(asked.get()).as("while somebody is there").isPositive();
    visitor.page.clock().fastForward(5 * 60_000);
    visitor.page.waitForTimeout(500);
    asked.set(0);
    visitor.page.clock().runFor(60_000);
    assertThat(asked.get()).as("while nobody is there").isZero();
    visitor.page.keyboard().press("Shift");
    visitor.page.clock().runFor(10_000);
    assertThat(asked.get()).as("when somebody is back").isPositive();
  }

  @Test
  void progress_ofRebuildingAndReencryption_isShown() {
    answer(
        whole -> {
          whole.put("operational_mode", "rebuilding");
          JsonObject detail = whole.getJsonObject("detail");
          detail.put(
              "progress", new JsonObject().put("step", 2).put("steps", 5).put("text", "settings"));
          detail.getJsonObject("secrets").put("waiting", 3).put("total", 4);
          detail.getJsonObject("secrets").put("progress_percent", 25);
        });
    visitor.open("state");
    see(visitor.page.getByLabel("Rebuilding")).hasAttribute("value", "2");
    see(visitor.text("Step 2 of 5: settings")).isVisible();
    see(visitor.page.getByLabel("Re-encrypting secrets")).hasAttribute("value", "25");
    see(visitor.text("3 secrets of 4 still under the old key")).isVisible();
  }

  @Test
  void backup_lagAndLastRehearsal_areShown() {
    JsonObject drill =
        new JsonObject()
            .put("at", Instant.now().toString())
            .put("ok", true)
            .put("duration_ms", 900)
            .put("revision", 7);
    JsonObject backup =
        new JsonObject()
            .put("replica", "s3://bucket/path")
            .put("lag_seconds", 42.4)
            .put("last_restore_drill", drill);
    answer(
        whole -> {
          whole.put("litestream_status", "error");
          whole.getJsonObject("detail").put("backup", backup);
        });
    visitor.open("state");
    see(visitor.text("error, 42 s behind")).isVisible();
    see(visitor.text("s3://bucket/path")).isVisible();
    see(visitor.text("revision 7 proven in 0.9 s")).isVisible();
    drill.put("ok", false).put("text", "something is missing");
    see(visitor.text("something is missing")).isVisible();
  }

  /** What the manager answers when it is asked for its health, altered. */
  private void answer(Consumer<JsonObject> altered) {
    visitor.page.route(
        Pattern.compile("/api/config/health\\?detail=true"),
        route -> {
          JsonObject whole = new JsonObject(route.fetch().text());
          altered.accept(whole);
          route.fulfill(
              new com.microsoft.playwright.Route.FulfillOptions()
                  .setContentType("application/json")
                  .setBody(whole.encode()));
        });
  }

  @Test
  void service_isTwoClicksFromAnywhere() {
    visitor.open("state");
    see(visitor.heading("State of the manager")).isVisible();
    visitor.page.locator(".side").getByText("stt-worker").click();
    see(visitor.heading("stt-worker")).isVisible();
    visitor.link("Fleet").last().click();
    see(visitor.text("no microphone")).isVisible();
  }

  @Test
  void fleet_tellsWhoRunsWhatAndWhoRefused() {
    visitor.link("Fleet").click();
    Locator rows = visitor.page.locator("tbody tr");
    see(rows).hasCount(3);
    see(rows.filter(new Locator.FilterOptions().setHasText("attic"))).containsText("refused");
    see(rows.filter(new Locator.FilterOptions().setHasText("attic"))).containsText("no microphone");
    see(rows.filter(new Locator.FilterOptions().setHasText("hall"))).containsText("behind");
    see(rows.filter(new Locator.FilterOptions().setHasText("kitchen"))).containsText("newest");
    visitor.buttonThat("refused").click();
    see(rows).hasCount(1);
  }

  @Test
  void shared_showsSettingsThatSeveralServicesHave() {
    visitor.link("Shared settings").click();
    see(visitor.page.locator("tbody").filter(new Locator.FilterOptions().setHasText("model_path")))
        .containsText("llm-worker");
    visitor.page.getByRole(AriaRole.TABLE).getByText("wake-activation").first().click();
    see(visitor.heading("wake-activation")).isVisible();
  }

  @Test
  void state_tellsModeFilesAndLatency() throws Exception {
    visitor.page.getByLabel("The manager's state").click();
    see(visitor.heading("State of the manager")).isVisible();
    Locator facts = visitor.page.locator(".facts");
    see(facts).containsText("normal");
    see(facts).containsText(manager.service("router").getString("config_epoch"));
    see(facts).containsText(Pattern.compile("Last-known-good file\\s*valid, written"));
    see(facts).containsText(Pattern.compile("Broker\\s*connected"));
    see(facts).containsText(Pattern.compile("Backup\\s*disabled"));
    see(visitor.page.locator(".plots canvas")).hasCount(2);
    see(visitor.page.locator(".plots")).containsText("since the manager started");
    manager.patch("router", 1, "{\"router_wake_ack_text\":\"Here\"}");
    see(visitor.page.locator(".plots").first()).containsText("on average");
  }
}
