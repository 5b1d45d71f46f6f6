package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Somebody at a browser, who finds things by the names that a screen reader tells. Whatever the
 * browser complains of, scripts that fail and policies that are broken above all, fails the test at
 * the end.
 */
final class Visitor implements AutoCloseable {
  private static final double WAIT_MILLIS = 15_000;
  private static final String WATCH =
      "document.addEventListener('securitypolicyviolation',"
          + " (e) => console.error('policy', e.violatedDirective, e.blockedURI, e.sourceFile))";

  final BrowserContext context;
  final Page page;
  private final ManagerProcess manager;
  private final List<String> faults = new ArrayList<>();

  Visitor(ManagerProcess manager, BrowserContext context) {
    this.manager = manager;
    this.context = context;
    context.addInitScript(WATCH);
    page = context.newPage();
    page.setDefaultTimeout(WAIT_MILLIS);
    page.onConsoleMessage(
        message -> {
          // A refused request is a thing of the protocol, and each is looked for on the page.
          if (message.type().equals("error") && !message.text().startsWith("Failed to load")) {
            faults.add(message.text());
          }
        });
    page.onPageError(faults::add);
  }

  static LocatorAssertions see(Locator locator) {
    return PlaywrightAssertions.assertThat(locator);
  }

  Visitor signIn() throws Exception {
    return signIn(manager.admin());
  }

  Visitor signIn(String token) {
    page.navigate("/");
    typeToken(token);
    see(heading("Services")).isVisible();
    return this;
  }

  void typeToken(String token) {
    label("Token").fill(token);
    button("Sign in").click();
  }

  Visitor open(String hash) {
    page.navigate("/#/" + hash);
    return this;
  }

  /** Opens a service and waits until its settings are there. */
  Visitor settings(String service) {
    open("services/" + service);
    see(heading(service)).isVisible();
    return this;
  }

  /** Opens a service at one setting. */
  Locator setting(String service, String key) {
    open("services/" + service + "?key=" + key);
    see(label(key)).isVisible();
    return label(key);
  }

  Locator label(String name) {
    return page.getByLabel(name, new Page.GetByLabelOptions().setExact(true));
  }

  Locator text(String text) {
    return page.getByText(text);
  }

  Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** A button whose name begins so; letters and spaces alone. */
  Locator buttonThat(String begins) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^" + begins)));
  }

  Locator link(String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** The title of what is shown. */
  Locator heading(String name) {
    return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setLevel(1));
  }

  Locator dialog() {
    return page.getByRole(AriaRole.DIALOG);
  }

  /** Saves what was typed, and waits until that has happened. */
  void save(String reason) {
    buttonThat("Review and save").click();
    dialog().getByLabel(Pattern.compile("^Reason")).fill(reason);
    dialog().getByRole(AriaRole.BUTTON).getByText("Save").click();
    see(dialog()).isHidden();
    see(text("not saved")).hasCount(0);
  }

  /** What the browser complained of so far. */
  List<String> faults() {
    return faults;
  }

  @Override
  public void close() {
    List<String> seen = List.copyOf(faults);
    context.close();
    assertThat(seen).as("complaints of the browser").isEmpty();
  }
}
