package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DocsPageTest {
  @Test
  void page_everythingItNames_isServedAndNothingFromOutside() throws Exception {
    try (HttpHarness room = new HttpHarness()) {
      HttpResponse<String> page = room.get("/docs", null);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
          .contains("default-src 'none'")
          .doesNotContain("unsafe-eval");
      assertThat(page.body()).doesNotContain("http://").doesNotContain("https://");
      Matcher named = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"").matcher(page.body());
      int parts = 0;
      while (named.find()) {
        HttpResponse<String> part = room.get(named.group(1), null);
        assertThat(part.statusCode()).as(named.group(1)).isEqualTo(200);
        assertThat(part.body()).isNotEmpty();
        parts++;
      }
      assertThat(parts).isEqualTo(3);
    }
  }
}
