package dev.holdfast.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
  private static final Pattern NAMED = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"");
  private static final Pattern IMPORTED =
      Pattern.compile(
          "(?:\\bfrom\\s*|\\bimport\\s*\\(?\\s*)[\"']((?:\\.{0,2}/|@?lit|uplot)[^\"'\\s$]*)[\"']");
  private static final Pattern IMPORT_MAP =
      Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

  /** What the first visit may bring over the wire, all views included. */
  private static final int MOST_BYTES = 200 * 1024;

  private HttpHarness room;

  @BeforeEach
  void start() throws Exception {
    room = new HttpHarness();
  }

  @AfterEach
  void stop() throws Exception {
    room.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/docs"})
  void page_everythingItNames_isServedAndNothingFromOutside(String path) throws Exception {
    Map<String, HttpResponse<byte[]>> files = crawl(path);
    assertThat(files).hasSizeGreaterThan(3);
    files.forEach(
        (name, file) -> {
          assertThat(file.statusCode()).as(name).isEqualTo(200);
          assertThat(file.headers().firstValue("content-security-policy").orElseThrow())
              .as(name)
              .contains("default-src 'none'")
              .doesNotContain("unsafe-eval");
        });
    String page = text(files.get(path));
    assertThat(page).doesNotContain("http://").doesNotContain("https://");
  }

  @Test
  void page_policy_letsInNoScriptButItsOwn() throws Exception {
    HttpResponse<byte[]> page = get("/");
    String policy = page.headers().firstValue("content-security-policy").orElseThrow();
    assertThat(policy)
        .contains("script-src 'self' 'sha256-")
        .contains("style-src 'self';")
        .contains("connect-src 'self';")
        .contains("require-trusted-types-for 'script'")
        .doesNotContain("unsafe-inline");
    String html = text(page);
    assertThat(html).doesNotContain(" style=").doesNotContainPattern(" on[a-z]+=");
    assertThat(html.split("<script", -1)).as("the import map and one module").hasSize(3);
  }

  @Test
  void page_withEverythingItMayLoad_isSmall() throws Exception {
    int bytes = 0;
    for (HttpResponse<byte[]> file : crawl("/").values()) {
      bytes += file.body().length;
    }
    assertThat(bytes).isBetween(30_000, MOST_BYTES);
  }

  @Test
  void file_thatTheBrowserHolds_isNotSentAgain() throws Exception {
    HttpResponse<byte[]> first = get("/page/app.js");
    String tag = first.headers().firstValue("etag").orElseThrow();
    assertThat(get("/page/app.js", "If-None-Match", tag).statusCode()).isEqualTo(304);
    assertThat(get("/page/app.js", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
  }

  @Test
  void file_forWhoCannotUnpack_isSentPlain() throws Exception {
    HttpResponse<byte[]> plain =
        room.client.send(
            HttpRequest.newBuilder(room.uri("/page/app.js")).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
    assertThat(new String(plain.body(), UTF_8)).isEqualTo(text(get("/page/app.js")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/",
        "/page",
        "/page/nothing.js",
        "/page/app",
        "/page/%61pp.js",
        "/lib/lit/package.json",
        "/docs/swagger-ui/package.json",
        "/webroot/index.html",
        "/lib/lit/META-INF/maven/pom.xml"
      })
  void file_thatIsNone_isNotFound(String path) throws Exception {
    assertThat(get(path).statusCode()).as(path).isEqualTo(404);
  }

  /** The page and everything that it, or a module of it, may ever load. */
  private Map<String, HttpResponse<byte[]>> crawl(String start) throws Exception {
    Map<String, HttpResponse<byte[]>> found = new LinkedHashMap<>();
    Map<String, String> imports = new HashMap<>();
    Deque<String> waiting = new ArrayDeque<>(List.of(start));
    while (!waiting.isEmpty()) {
      String path = waiting.remove();
      if (found.containsKey(path)) {
        continue;
      }
      HttpResponse<byte[]> file = get(path);
      found.put(path, file);
      String type = file.headers().firstValue("content-type").orElse("");
      String text = text(file);
      if (type.startsWith("text/html")) {
        Matcher map = IMPORT_MAP.matcher(text);
        if (map.find()) {
          new JsonObject(map.group(1))
              .getJsonObject("imports")
              .forEach(each -> imports.put(each.getKey(), String.valueOf(each.getValue())));
        }
        matches(NAMED, text).stream().filter(each -> !each.equals("/docs")).forEach(waiting::add);
      } else if (type.startsWith("text/javascript") && !path.contains("swagger")) {
        for (String specifier : matches(IMPORTED, text)) {
          waiting.add(resolved(path, specifier, imports));
        }
      }
    }
    return found;
  }

  private static String resolved(String from, String specifier, Map<String, String> imports) {
    if (specifier.startsWith(".")) {
      return URI.create(from).resolve(specifier).getPath();
    }
    if (imports.containsKey(specifier)) {
      return imports.get(specifier);
    }
    return imports.entrySet().stream()
        .filter(each -> each.getKey().endsWith("/") && specifier.startsWith(each.getKey()))
        .map(each -> each.getValue() + specifier.substring(each.getKey().length()))
        .findFirst()
        .orElse(specifier);
  }

  private static List<String> matches(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(room.uri(path)).header("Accept-Encoding", "gzip, br");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return room.client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> reply) throws Exception {
    if (reply.headers().firstValue("content-encoding").orElse("").equals("gzip")) {
      return new String(
          new GZIPInputStream(new ByteArrayInputStream(reply.body())).readAllBytes(), UTF_8);
    }
    return new String(reply.body(), UTF_8);
  }
}
