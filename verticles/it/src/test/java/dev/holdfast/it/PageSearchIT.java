package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;

import com.microsoft.playwright.Locator;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding one setting among all. */
class PageSearchIT {
  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Chromium chromium;
  private Visitor visitor;

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
    visitor = chromium.visitor(manager).signIn();
  }

  @AfterEach
  void leave() {
    visitor.close();
  }

  private Locator hits() {
    return visitor.page.locator(".hits li");
  }

  @Test
  void slash_focusesTheSearchAndHitsComeAsOneTypes() {
    visitor.page.keyboard().press("/");
    see(visitor.label("Search all settings")).isFocused();
    visitor.page.keyboard().type("volume_p");
    see(hits()).hasCount(1);
    see(hits().first()).containsText("tts-worker / volume_percent");
    see(hits().first()).containsText("100");
    visitor.page.keyboard().press("Control+a");
    visitor.page.keyboard().type("zzzz");
    see(visitor.text("0 settings found")).isVisible();
  }

  @Test
  void slash_inAField_isALetter() {
    Locator field = visitor.setting("stt-worker", "ws_url");
    field.fill("");
    field.pressSequentially("ws://x/y");
    see(field).hasValue("ws://x/y");
  }

  @Test
  void filters_narrowByServiceComplexityAndType() {
    visitor.label("Search all settings").fill("model");
    see(hits().nth(3)).isVisible();
    int all = hits().count();
    visitor.label("Type").selectOption("path");
    see(hits()).not().hasCount(all);
    see(hits().filter(new Locator.FilterOptions().setHasText("model_path")))
        .hasCount(hits().count());
    visitor.label("Type").selectOption("");
    visitor.label("Service").selectOption("stt-worker");
    see(hits().first()).containsText("stt-worker / whisper_model");
    visitor.label("Complexity").selectOption("advanced");
    see(hits().filter(new Locator.FilterOptions().setHasText("whisper_model"))).hasCount(0);
  }

  @Test
  void hit_jumpsToTheFieldEvenWhereItIsAdvanced() {
    visitor.label("Search all settings").fill("vad_silence");
    hits().first().getByText("vad_silence_duration_ms").click();
    see(visitor.heading("stt-worker")).isVisible();
    see(visitor.label("vad_silence_duration_ms")).isFocused();
    see(visitor.label("vad_silence_duration_ms")).isInViewport();
    visitor.page.goBack();
    see(hits().first()).containsText("vad_silence_duration_ms");
  }

  @Test
  void secret_isFoundWithoutAValue() {
    visitor.label("Search all settings").fill("eleven");
    see(hits().first()).containsText("eleven_api_key");
    see(hits().first().locator(".value")).hasText("secret");
  }
}
