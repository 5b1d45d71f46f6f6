package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who opens the page, and what they may do there. */
class PageSignInIT {
  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Chromium chromium;

  @BeforeAll
  static void start() throws Exception {
    chromium = Chromium.start();
    manager =
        ManagerProcess.start(
            folder,
            Map.of(
                "CONFIG_API_TOKENS",
                String.join(
                    ",",
                    TestToken.entry("operator", "config.write:operator"),
                    TestToken.entry("scoped", "config.write:scoped@camera"),
                    TestToken.entry("reader", "config.read:reader"))));
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

  @Test
  void token_wrong_isSaidAndRightOneLetsIn() {
    try (Visitor visitor = chromium.visitor(manager)) {
      visitor.page.navigate("/");
      visitor.typeToken("no-such-token-but-long-enough-to-be-one");
      see(visitor.text("The manager does not know this token.")).isVisible();
      visitor.typeToken(TestToken.of("operator"));
      see(visitor.heading("Services")).isVisible();
      see(visitor.text("config.write")).isVisible();
      see(visitor.text("operator")).isVisible();
    }
  }

  @Test
  void session_reloadedPage_goesOnAndHoldsNoToken() {
    try (Visitor visitor = chromium.visitor(manager)) {
      visitor.signIn(TestToken.of("operator"));
      visitor.page.reload();
      see(visitor.heading("Services")).isVisible();
      Object kept =
          visitor.page.evaluate(
              "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])");
      assertThat(kept.toString()).doesNotContain(TestToken.of("operator"));
      assertThat(kept.toString()).as("the cookie is not for scripts").doesNotContain("session=");
    }
  }

  @Test
  void reader_seesEverythingAndIsToldWhyNothingCanBeChanged() {
    try (Visitor visitor = chromium.visitor(manager)) {
      visitor.signIn(TestToken.of("reader"));
      Locator threshold = visitor.setting("stt-worker", "vad_threshold");
      see(threshold).isDisabled();
      see(threshold).hasValue("0.5");
      see(visitor.text("may read but not change")).isVisible();
      visitor.open("services/stt-worker/history");
      see(visitor.text("Nothing was changed yet.")).isVisible();
      visitor.settings("tts-worker");
      see(visitor.button("Set eleven_api_key")).isDisabled();
    }
  }

  @Test
  void scope_limitsWhatIsSeen() {
    try (Visitor visitor = chromium.visitor(manager)) {
      visitor.signIn(TestToken.of("scoped"));
      see(visitor.page.locator(".side .services li")).hasCount(1);
      visitor.open("services/router");
      see(visitor.text("There is no such service, or this token may not see it.")).isVisible();
    }
  }

  @Test
  void signOut_endsTheSession() throws Exception {
    try (Visitor visitor = chromium.visitor(manager)) {
      visitor.signIn(TestToken.of("operator"));
      visitor.button("Sign out").click();
      see(visitor.label("Token")).isVisible();
      visitor.page.reload();
      see(visitor.label("Token")).isVisible();
      assertThat(visitor.page.request().get("/api/config/me").status()).isEqualTo(401);
    }
  }

  @Test
  void keyboardAlone_signsInFindsChangesAndSaves() throws Exception {
    try (Visitor visitor = chromium.visitor(manager)) {
      visitor.page.navigate("/");
      see(visitor.label("Token")).isFocused();
      visitor.page.keyboard().type(TestToken.of("operator"));
      visitor.page.keyboard().press("Enter");
      see(visitor.heading("Services")).isVisible();
      visitor.page.keyboard().press("/");
      see(visitor.label("Search all settings")).isFocused();
      visitor.page.keyboard().type("vad_threshold");
      Locator hit =
          visitor.page.getByRole(
              AriaRole.LINK, new Page.GetByRoleOptions().setName("stt-worker / vad_threshold"));
      see(hit).isVisible();
      for (int i = 0; i < 40 && !(Boolean) hit.evaluate("e => e === document.activeElement"); i++) {
        visitor.page.keyboard().press("Tab");
      }
      visitor.page.keyboard().press("Enter");
      see(visitor.label("vad_threshold")).isFocused();
      visitor.page.keyboard().press("Control+a");
      visitor.page.keyboard().type("0.61");
      Locator save = visitor.buttonThat("Review and save");
      see(save).isEnabled();
      for (int i = 0;
          i < 40 && !(Boolean) save.evaluate("e => e === document.activeElement");
          i++) {
        visitor.page.keyboard().press("Tab");
      }
      visitor.page.keyboard().press("Enter");
      see(visitor.dialog()).isVisible();
      visitor.page.keyboard().type("by keyboard");
      visitor.page.keyboard().press("Enter");
      see(visitor.text("Saved: stt-worker")).isVisible();
      assertThat(
              manager
                  .call("GET", "/api/config/services/stt-worker", TestToken.of("reader"), null)
                  .body())
          .contains("\"vad_threshold\":0.61");
    }
  }
}
