package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text from outside is text in the page, whatever it says. */
class PageHostileIT {
  private static final List<String> TEXTS = HostileTexts.all();

  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Chromium chromium;

  @BeforeAll
  static void start() throws Exception {
    ManagerProcess.require("mosquitto_pub");
    chromium = Chromium.start();
    manager = ManagerProcess.start(folder, Map.of("PIPER_VOICE", TEXTS.get(1)));
    JsonObject properties = new JsonObject();
    JsonObject values = new JsonObject();
    for (int i = 0; i < TEXTS.size(); i++) {
      String text = TEXTS.get(i);
      JsonObject property =
          new JsonObject()
              .put("type", "string")
              .put("description", text)
              .put("x-help", text)
              .put("examples", new JsonArray().add(text))
              .put("x-complexity", "simple")
              .put("default", text);
      if (i % 4 == 0) {
        property.put("enum", new JsonArray().add(text).add(text + "2"));
      } else if (i % 4 == 1) {
        property.put("pattern", ".*").put("x-pattern-description", text);
      }
      properties.put("key_" + i, property);
      values.put("key_" + i, text + "2");
    }
    accepted(
        manager.call(
            "PUT",
            "/api/config/schemas/hostile",
            manager.admin(),
            new JsonObject().put("type", "object").put("properties", properties).encode()));
    accepted(change(1, values, "two hundred"));
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

  private static void accepted(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isBetween(200, 201);
  }

  private static HttpResponse<String> change(long version, JsonObject patch, String reason)
      throws Exception {
    String path =
        "/api/config/services/hostile?version="
            + version
            + "&reason="
            + URLEncoder.encode(reason, StandardCharsets.UTF_8);
    return manager.call("PATCH", path, manager.admin(), patch.encode());
  }

  /** Nothing ran, and nothing became an element. */
  private static void harmless(Visitor visitor, String where) {
    assertThat(visitor.page.evaluate("() => window.hacked === undefined"))
        .as(where)
        .isEqualTo(true);
    assertThat(
            visitor.page.evaluate(
                "() => document.querySelectorAll('main script, main iframe, main img, main style,"
                    + " main object, main link, main meta, main math, main form[action],"
                    + " main [onerror], main [onload], main [onfocus], main [ontoggle],"
                    + " a[href^=\"javascript:\" i]').length"))
        .as(where)
        .isEqualTo(0);
    assertThat(visitor.faults()).as(where).isEmpty();
  }

  @Test
  void hostileTexts_inEveryPlace_areShownAndNeverRun() throws Exception {
    try (Visitor visitor = chromium.visitor(manager)) {
      visitor.signIn().settings("hostile");
      see(visitor.page.locator("hf-setting")).hasCount(TEXTS.size());
      harmless(visitor, "settings");
      visitor.page.evaluate(
          "() => document.querySelectorAll('button.help').forEach(b => b.click())");
      see(visitor.page.locator(".setting .more")).hasCount(TEXTS.size());
      String shown = visitor.page.locator("hf-settings").textContent();
      for (String text : TEXTS) {
        assertThat(shown).contains(text.strip());
      }
      harmless(visitor, "help");

      visitor.label("key_2").fill(TEXTS.get(3));
      visitor.label("key_5").fill("<img src=x onerror=" + HostileTexts.MARK + ">");
      visitor.buttonThat("Review and save").click();
      see(visitor.dialog()).containsText("onerror");
      harmless(visitor, "review");
      visitor.dialog().getByLabel(java.util.regex.Pattern.compile("^Reason")).fill(TEXTS.get(21));
      visitor
          .dialog()
          .getByText("Save", new com.microsoft.playwright.Locator.GetByTextOptions().setExact(true))
          .click();
      see(visitor.text("Saved: hostile")).isVisible();

      visitor.open("services/hostile/history");
      see(visitor.page.locator(".timeline q").first()).isVisible();
      assertThat(visitor.page.locator(".timeline").textContent()).contains(TEXTS.get(21));
      harmless(visitor, "history");

      visitor.open("search?q=onerror");
      see(visitor.page.locator(".hits li").first()).isVisible();
      harmless(visitor, "search");
      visitor.open("search?q=" + URLEncoder.encode(TEXTS.get(1), StandardCharsets.UTF_8));
      see(visitor.text("found")).isVisible();
      harmless(visitor, "search for it");

      visitor.settings("tts-worker");
      see(visitor.page.locator("main")).containsText(TEXTS.get(1));
      harmless(visitor, "environment");
      visitor.open("services/" + URLEncoder.encode(TEXTS.get(1), StandardCharsets.UTF_8));
      see(visitor.text("There is no such service")).isVisible();
      harmless(visitor, "address");
    }
  }

  @Test
  void hostileReports_ofInstances_areShownAndNeverRun() throws Exception {
    String epoch = manager.service("router").getString("config_epoch");
    for (int i = 0; i < 20; i++) {
      JsonObject report =
          new JsonObject()
              .put("version", 1)
              .put("config_epoch", epoch)
              .put("applied", false)
              .put("reason", TEXTS.get(i * 10).replaceAll("\\p{Cntrl}", ""))
              .put("at", Instant.now().toString());
      manager.publish("system/config-status/router/instance-" + i, report);
    }
    manager.publish(
        "system/health/router",
        new JsonObject().put("ok", false).put("event", TEXTS.get(1)).put("err", TEXTS.get(22)));
    try (Visitor visitor = chromium.visitor(manager)) {
      visitor.signIn().open("services/router/fleet");
      see(visitor.page.locator(".service-head")).containsText(TEXTS.get(22));
      see(visitor.page.locator("tbody tr")).hasCount(20);
      harmless(visitor, "fleet");
      visitor.open("fleet");
      see(visitor.page.locator("main")).containsText("onerror");
      harmless(visitor, "whole fleet");
    }
  }
}
