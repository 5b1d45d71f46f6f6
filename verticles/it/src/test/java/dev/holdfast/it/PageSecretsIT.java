package dev.holdfast.it;

import static dev.holdfast.it.Visitor.see;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret in the page: set, shown to who says why, hidden by itself, removed. */
class PageSecretsIT {
  private static final String CANARY = "page-canary-8f1d6a";
  private static final String OTHER = "page-canary-77c0be";

  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static Chromium chromium;

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

  private static void set(Visitor visitor, String how, String value) {
    visitor.button(how + " eleven_api_key").click();
    visitor.label("Value").fill(value);
    visitor.dialog().getByRole(AriaRole.BUTTON).getByText(how).click();
    see(visitor.dialog()).isHidden();
    see(visitor.text("eleven_api_key is set")).isVisible();
  }

  private static void reveal(Visitor visitor) {
    visitor.button("Reveal eleven_api_key").click();
    visitor.label("Reason").fill("looking after the page");
    visitor.buttonThat("Show for").click();
  }

  @Test
  void secret_isMaskedSetShownHiddenCopiedReplacedAndRemoved() throws Exception {
    List<String> sent = new ArrayList<>();
    try (Visitor visitor = chromium.visitor(manager)) {
      visitor.page.onRequest(request -> sent.add(request.url()));
      visitor.page.clock().install();
      visitor.signIn().settings("tts-worker");
      Locator row =
          visitor
              .page
              .locator(".setting")
              .filter(new Locator.FilterOptions().setHasText("eleven_api_key"));
      see(row).containsText("not set");
      set(visitor, "Set", CANARY);
      see(row).containsText("********");
      assertThat(visitor.page.content()).doesNotContain(CANARY);

      visitor.button("Reveal eleven_api_key").click();
      visitor.buttonThat("Show for").click();
      see(visitor.dialog()).isVisible(); // A reason is asked for.
      visitor.button("Cancel").click();
      reveal(visitor);
      see(row).containsText(CANARY);
      visitor.button("Copy eleven_api_key").click();
      assertThat(visitor.page.evaluate("() => navigator.clipboard.readText()")).isEqualTo(CANARY);
      visitor.page.clock().runFor(29_000);
      see(row).containsText(CANARY);
      visitor.page.clock().runFor(2_000);
      see(row).not().containsText(CANARY);

      reveal(visitor);
      see(row).containsText(CANARY);
      visitor.button("Hide eleven_api_key").click();
      see(row).not().containsText(CANARY);

      reveal(visitor);
      see(row).containsText(CANARY);
      visitor.settings("router").settings("tts-worker");
      assertThat(visitor.page.content()).as("left and come back").doesNotContain(CANARY);

      set(visitor, "Replace", OTHER);
      reveal(visitor);
      see(row).containsText(OTHER);
      visitor.button("Hide eleven_api_key").click();

      visitor.open("services/tts-worker/history");
      see(visitor.text("eleven_api_key").first()).isVisible();
      assertThat(visitor.page.content()).doesNotContain(CANARY).doesNotContain(OTHER);
      see(visitor.page.locator(".timeline input[type=checkbox]").first()).isDisabled();

      visitor.settings("tts-worker");
      visitor.button("Remove eleven_api_key").click();
      visitor.label("Reason").fill("contract ended");
      visitor.dialog().getByRole(AriaRole.BUTTON).getByText("Remove").click();
      see(row).containsText("not set");

      Object kept =
          visitor.page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])");
      assertThat(kept.toString()).doesNotContain("page-canary");
    }
    assertThat(sent).noneMatch(url -> url.contains("page-canary"));
    assertThat(Files.readString(manager.log())).doesNotContain("page-canary");
    String audit = manager.call("GET", "/api/config/audit", manager.admin(), null).body();
    assertThat(audit).contains("looking after the page").doesNotContain("page-canary");
  }
}
