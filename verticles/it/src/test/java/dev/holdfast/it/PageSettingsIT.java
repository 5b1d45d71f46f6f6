package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Understanding a setting and changing it. */
class PageSettingsIT {
  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Chromium chromium;
  private Visitor visitor;

  @BeforeAll
  static void start() throws Exception {
    chromium = Chromium.start();
    manager = ManagerProcess.start(folder, Map.of("TTS_VOLUME_PERCENT", "80"));
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

  private Object stored(String service, String key) throws Exception {
    return manager.service(service).getJsonObject("config").getValue(key);
  }

  @Test
  void invalid_isSaidInTheManagersWordsAndCannotBeSaved() {
    Locator threshold = visitor.setting("stt-worker", "vad_threshold");
    String before = threshold.inputValue();
    threshold.fill("1.4");
    see(visitor.text("vad_threshold: 1.4 (expected: 0.0 to 1.0)")).isVisible();
    see(visitor.buttonThat("Review and save")).isDisabled();
    threshold.fill("loud");
    see(visitor.text("vad_threshold: \"loud\"")).isVisible();
    threshold.fill("0.4");
    see(visitor.text("expected:")).hasCount(0);
    see(visitor.buttonThat("Review and save")).isEnabled();
    visitor.button("Undo the change of vad_threshold").click();
    see(visitor.buttonThat("Review and save")).hasCount(0);
    see(threshold).hasValue(before);
  }

  @Test
  void editors_ofEveryType_saveWhatWasChosen() throws Exception {
    visitor.settings("stt-worker");
    visitor.label("Advanced settings").check();
    visitor.label("whisper_model").selectOption("small");
    visitor.label("streaming_partials").check();
    visitor.label("vad_speech_pad_ms").fill("250");
    visitor.label("vad_silence_duration_ms, slider").fill("900");
    visitor.label("ws_url").fill("wss://stt.example.org/v1");
    see(visitor.text("5 changes")).isVisible();
    visitor.buttonThat("Review and save").click();
    Locator diff = visitor.dialog().getByRole(AriaRole.TABLE);
    see(diff).containsText("whisper_model");
    see(diff).containsText("base.en");
    see(diff).containsText("small");
    see(visitor.dialog()).containsText("whisper_model: takes effect when stt-worker starts again");
    visitor.button("Cancel").click();
    visitor.save("new microphone");
    assertThat(stored("stt-worker", "whisper_model")).isEqualTo("small");
    assertThat(stored("stt-worker", "streaming_partials")).isEqualTo(true);
    assertThat(stored("stt-worker", "vad_speech_pad_ms")).isEqualTo(250);
    assertThat(stored("stt-worker", "vad_silence_duration_ms")).isEqualTo(900);
    assertThat(stored("stt-worker", "ws_url")).isEqualTo("wss://stt.example.org/v1");
    JsonObject history = new JsonObject(manager.get("/api/config/history?limit=1").body());
    assertThat(history.encode()).contains("new microphone");
    visitor.button("Reset ws_url to its default").click();
    visitor.save("no server");
    assertThat(stored("stt-worker", "ws_url")).isNull();
  }

  @Test
  void number_whileItIsTyped_isLeftAsItStands() {
    Locator threshold = visitor.setting("stt-worker", "vad_threshold");
    String before = threshold.inputValue();
    threshold.press("Control+a");
    threshold.pressSequentially("0.30");
    see(threshold).hasValue("0.30");
    visitor.button("Undo the change of vad_threshold").click();
    see(threshold).hasValue(before);
  }

  @Test
  void path_isSavedAndItsDefaultIsAFingerAway() throws Exception {
    visitor.setting("tts-worker", "tts_wake_cache_dir").fill("/var/cache/tts");
    visitor.save("bigger disk");
    assertThat(stored("tts-worker", "tts_wake_cache_dir")).isEqualTo("/var/cache/tts");
    visitor.button("Reset tts_wake_cache_dir to its default").click();
    see(visitor.text("back to default")).isVisible();
    see(visitor.label("tts_wake_cache_dir")).hasValue("data/tts-cache");
    visitor.save("back");
    assertThat(stored("tts-worker", "tts_wake_cache_dir")).isEqualTo("data/tts-cache");
    see(visitor.button("Reset tts_wake_cache_dir to its default")).hasCount(0);
  }

  @Test
  void environment_holdsASettingThatIsReadOnlyAndNamesTheVariable() {
    visitor.settings("tts-worker");
    Locator row =
        visitor
            .page
            .locator(".setting")
            .filter(new Locator.FilterOptions().setHasText("volume_percent"));
    see(row).containsText("TTS_VOLUME_PERCENT");
    see(row.getByRole(AriaRole.STATUS)).hasText("80");
    see(row.getByRole(AriaRole.TEXTBOX)).hasCount(0);
  }

  @Test
  void badgesAndHelp_tellWhereFromAndWhatFor() {
    visitor.settings("stt-worker");
    Locator row =
        visitor
            .page
            .locator(".setting")
            .filter(new Locator.FilterOptions().setHasText("whisper_model"));
    see(row).containsText("restart required");
    see(row.getByText("Larger models hear better")).hasCount(0);
    visitor.button("Help for whisper_model").click();
    see(row.getByText("Larger models hear better")).isVisible();
    see(row).containsText("WHISPER_MODEL");
  }

  @Test
  void advanced_isRememberedAndTheFilterFindsBoth() {
    visitor.settings("router");
    see(visitor.label("router_stream_min_chars")).hasCount(0);
    visitor.label("Advanced settings").check();
    see(visitor.label("router_stream_min_chars")).isVisible();
    visitor.page.reload();
    see(visitor.label("router_stream_min_chars")).isVisible();
    visitor.label("Filter these settings").fill("window");
    see(visitor.label("router_wake_window_sec")).isVisible();
    see(visitor.label("router_stream_min_chars")).hasCount(0);
  }

  @Test
  void unsaved_isKeptWhileOneLooksAroundAndAskedForBeforeLeaving() {
    visitor.setting("stt-worker", "vad_threshold").fill("0.9");
    visitor.link("History").first().click();
    see(visitor.heading("History")).isVisible();
    see(visitor.page.locator(".side .unsaved")).hasCount(1);
    visitor.setting("stt-worker", "vad_threshold");
    see(visitor.label("vad_threshold")).hasValue("0.9");
    List<String> asked = new ArrayList<>();
    visitor.page.onDialog(
        dialog -> {
          asked.add(dialog.type());
          dialog.dismiss();
        });
    visitor.page.evaluate("() => { setTimeout(() => location.reload(), 0); }");
    visitor.page.waitForCondition(() -> !asked.isEmpty());
    assertThat(asked).containsExactly("beforeunload");
    see(visitor.label("vad_threshold")).hasValue("0.9");
    visitor.button("Sign out").click();
    see(visitor.dialog()).containsText("were not saved");
    visitor.dialog().getByText("Cancel").click();
    visitor.button("Discard").click();
    visitor.dialog().getByRole(AriaRole.BUTTON).getByText("Discard").click();
    see(visitor.label("vad_threshold")).not().hasValue("0.9");
  }

  @Test
  void newcomer_changesVadThresholdByWhatThePageShows() throws Exception {
    visitor.label("Search all settings").fill("threshold");
    visitor
        .page
        .getByRole(AriaRole.LINK)
        .filter(new Locator.FilterOptions().setHasText(Pattern.compile("stt-worker /\\s+vad_thr")))
        .click();
    see(visitor.label("vad_threshold")).isFocused();
    visitor.label("vad_threshold").fill("0.55");
    visitor.save("first try");
    assertThat(stored("stt-worker", "vad_threshold")).isEqualTo(0.55);
  }
}
