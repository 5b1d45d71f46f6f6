package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every view for people who do not see it, or not well (WCAG 2.2, A and AA). */
class PageAxeIT {
  private static final List<String> RULES =
      List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Chromium chromium;

  @BeforeAll
  static void start() throws Exception {
    chromium = Chromium.start();
    manager = ManagerProcess.start(folder);
    assertThat(manager.patch("stt-worker", 1, "{\"vad_threshold\":0.6}").statusCode())
        .isEqualTo(200);
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

  private static void check(Visitor visitor, String view, List<String> found) {
    for (Rule rule : new AxeBuilder(visitor.page).withTags(RULES).analyze().getViolations()) {
      found.add(
          view
              + ": "
              + rule.getImpact()
              + " "
              + rule.getId()
              + " "
              + rule.getNodes().stream().limit(3).map(node -> node.getHtml()).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"1280,LIGHT", "1280,DARK", "768,LIGHT", "768,DARK"})
  void views_haveNoFault(int width, ColorScheme colours) throws Exception {
    List<String> found = new ArrayList<>();
    try (Visitor visitor = chromium.visitor(manager, width, colours)) {
      visitor.page.navigate("/");
      see(visitor.label("Token")).isVisible();
      check(visitor, "sign in", found);
      visitor.signIn();
      check(visitor, "overview", found);
      visitor.settings("stt-worker");
      visitor.label("Advanced settings").check();
      visitor.button("Help for whisper_model").click();
      visitor.label("vad_threshold").fill("1.5");
      see(visitor.text("(expected: 0.0 to 1.0)")).isVisible();
      check(visitor, "settings", found);
      visitor.label("vad_threshold").fill("0.7");
      visitor.buttonThat("Review and save").click();
      check(visitor, "review", found);
      visitor.button("Cancel").click();
      visitor.button("Discard").click();
      visitor
          .dialog()
          .getByText(
              "Discard", new com.microsoft.playwright.Locator.GetByTextOptions().setExact(true))
          .click();
      visitor.settings("tts-worker");
      check(visitor, "secret", found);
      visitor.open("services/stt-worker/history");
      see(visitor.page.locator(".timeline li").first()).isVisible();
      check(visitor, "history", found);
      for (String view : List.of("history", "fleet", "shared", "state", "search?q=model")) {
        visitor.open(view);
        see(visitor.page.locator("main h1")).isVisible();
        check(visitor, view, found);
      }
      visitor.setting("stt-worker", "vad_threshold");
      check(visitor, "target", found);
      assertThat(
              visitor.page.evaluate(
                  "() => document.documentElement.scrollWidth <= window.innerWidth"))
          .as("no scrolling to the side")
          .isEqualTo(true);
    }
    assertThat(found).isEmpty();
  }
}
