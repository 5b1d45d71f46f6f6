package dev.holdfast.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real browser, of which each visitor has a profile of their own. */
final class Chromium implements AutoCloseable {
  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** On a developer's machine a missing one skips the test, in CI it fails. */
  static Chromium start() {
    Path program = ManagerProcess.require("chromium");
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program)
                    .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
    return new Chromium(playwright, browser);
  }

  /** Somebody with a window of the usual size. */
  Visitor visitor(ManagerProcess manager) {
    return visitor(manager, 1280, ColorScheme.LIGHT);
  }

  Visitor visitor(ManagerProcess manager, int width, ColorScheme colours) {
    return new Visitor(
        manager,
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, 800)
                .setColorScheme(colours)
                .setLocale("en-GB")
                .setPermissions(List.of("clipboard-read", "clipboard-write"))
                .setBaseURL("http://127.0.0.1:" + manager.port)));
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
