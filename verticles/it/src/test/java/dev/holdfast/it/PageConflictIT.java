package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two people at the same service. */
class PageConflictIT {
  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Chromium chromium;
  private Visitor anna;
  private Visitor bert;

  @BeforeAll
  static void start() throws Exception {
    chromium = Chromium.start();
    manager = ManagerProcess.start(folder);
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
    anna = chromium.visitor(manager).signIn();
    bert = chromium.visitor(manager).signIn();
  }

  @AfterEach
  void leave() {
    anna.close();
    bert.close();
  }

  private JsonObject config(String service) throws Exception {
    return manager.service(service).getJsonObject("config");
  }

  private static Locator row(Visitor visitor, String key) {
    return visitor
        .dialog()
        .getByRole(AriaRole.ROW)
        .filter(new Locator.FilterOptions().setHasText(key));
  }

  @Test
  void change_elsewhere_appearsMarkedWithoutReload() throws Exception {
    anna.setting("router", "router_wake_window_sec");
    bert.setting("router", "router_wake_window_sec").fill("12");
    bert.save("longer");
    see(anna.label("router_wake_window_sec")).hasValue("12");
    see(anna.text("just changed elsewhere")).isVisible();
    see(bert.text("just changed elsewhere")).hasCount(0);
  }

  @Test
  void otherSetting_changedElsewhere_doesNotDisturbWhoTypes() throws Exception {
    String mine = numbers("memory-worker")[0];
    String theirs = numbers("memory-worker")[1];
    long before = manager.service("memory-worker").getLong("version");
    Locator field = anna.setting("memory-worker", mine);
    field.fill("7");
    assertThat(manager.patch("memory-worker", before, "{\"" + theirs + "\":6}").statusCode())
        .isEqualTo(200);
    see(anna.text("version " + (before + 1))).isVisible();
    see(field).hasValue("7");
    anna.save("only mine");
    assertThat(config("memory-worker").getValue(mine)).isEqualTo(7);
    assertThat(config("memory-worker").getValue(theirs)).isEqualTo(6);
  }

  /** Settings of a service that take 6 and 7. */
  private static String[] numbers(String service) throws Exception {
    return manager.service(service).getJsonArray("fields").stream()
        .map(JsonObject.class::cast)
        .filter(field -> field.getString("type").equals("integer"))
        .filter(
            field -> {
              JsonObject legal = field.getJsonObject("validation");
              return legal.getDouble("min", 0.0) <= 6 && legal.getDouble("max", 9.0) >= 7;
            })
        .map(field -> field.getString("key"))
        .toArray(String[]::new);
  }

  @Test
  void sameSetting_changedElsewhereWhileTyping_isComparedAndTheirsCanBeTaken() throws Exception {
    anna.setting("stt-worker", "vad_threshold").fill("0.3");
    bert.setting("stt-worker", "vad_threshold").fill("0.8");
    bert.save("loud street");
    see(anna.text("Meanwhile changed elsewhere to 0.8")).isVisible();
    see(anna.label("vad_threshold")).hasValue("0.3");
    anna.buttonThat("Compare").click();
    Locator both = row(anna, "vad_threshold");
    see(both).containsText("0.5");
    see(both).containsText("0.3");
    both.getByLabel("0.8").check();
    anna.button("Take this and review").click();
    see(anna.label("vad_threshold")).hasValue("0.8");
    see(anna.text("not saved")).hasCount(0);
    assertThat(config("stt-worker").getDouble("vad_threshold")).isEqualTo(0.8);
  }

  /** Types, and waits until the manager has looked at it: from then on only saving finds out. */
  private static void checked(Visitor visitor, Runnable typing) {
    visitor.page.waitForResponse(
        reply -> reply.url().contains("dry_run=true") && reply.status() == 200, typing);
  }

  @Test
  void staleVersion_ofOtherSettings_isShownAndBothAreKept() throws Exception {
    anna.page.route(Pattern.compile("/api/config/events"), route -> route.abort());
    anna.page.reload();
    see(anna.heading("Services")).isVisible();
    Locator width = anna.setting("camera", "width");
    checked(anna, () -> width.fill("800"));
    long version = manager.service("camera").getLong("version");
    assertThat(manager.patch("camera", version, "{\"height\":600}").statusCode()).isEqualTo(200);
    anna.buttonThat("Review and save").click();
    anna.dialog().getByRole(AriaRole.BUTTON).getByText("Save").click();
    see(anna.dialog()).containsText("was changed while you were editing");
    see(row(anna, "height")).containsText("600");
    see(row(anna, "width")).containsText("800");
    anna.button("Take this and review").click();
    see(anna.dialog()).containsText("Save 1 change to camera?");
    anna.dialog().getByRole(AriaRole.BUTTON).getByText("Save").click();
    see(anna.text("Saved: camera")).isVisible();
    assertThat(config("camera").getInteger("width")).isEqualTo(800);
    assertThat(config("camera").getInteger("height")).isEqualTo(600);
  }

  @Test
  void staleVersion_withoutLiveNews_showsMineAndTheirsAndLosesNothing() throws Exception {
    anna.page.route(Pattern.compile("/api/config/events"), route -> route.abort());
    anna.page.reload();
    see(anna.heading("Services")).isVisible();
    anna.setting("tts-worker", "piper_voice").fill("de_DE-thorsten-high");
    checked(anna, () -> anna.label("volume_percent").fill("120"));
    bert.setting("tts-worker", "piper_voice").fill("en_GB-alan-medium");
    bert.save("british");
    anna.buttonThat("Review and save").click();
    anna.dialog().getByRole(AriaRole.BUTTON).getByText("Save").click();
    see(anna.dialog()).containsText("was changed while you were editing");
    see(row(anna, "piper_voice")).containsText("en_GB-alan-medium");
    see(row(anna, "volume_percent")).containsText("120");
    anna.button("Go on editing").click();
    see(anna.label("piper_voice")).hasValue("de_DE-thorsten-high");
    see(anna.label("volume_percent")).hasValue("120");
    anna.buttonThat("Compare").click();
    anna.button("Take this and review").click();
    see(anna.dialog()).containsText("Save 2 changes to tts-worker?");
    anna.dialog().getByRole(AriaRole.BUTTON).getByText("Save").click();
    see(anna.text("Saved: tts-worker")).isVisible();
    assertThat(config("tts-worker").getString("piper_voice")).isEqualTo("de_DE-thorsten-high");
    assertThat(config("tts-worker").getInteger("volume_percent")).isEqualTo(120);
  }
}
