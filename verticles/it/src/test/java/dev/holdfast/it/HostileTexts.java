package dev.holdfast.it;

import java.util.ArrayList;
import java.util.List;

/** What somebody may write where text is expected, hoping that a browser takes it for more. */
final class HostileTexts {
  /** Each does this where it runs. */
  static final String MARK = "window.hacked=1";

  private static final List<String> PREFIXES =
      List.of(
          "", "\">", "'>", "</script>", "</style>", "-->", "</textarea>", "]]>", "${1}", "\\\"");

  private static final List<String> PAYLOADS =
      List.of(
          "<script>MARK</script>",
          "<img src=x onerror=MARK>",
          "<svg onload=MARK>",
          "<svg><script href=data:,MARK></script></svg>",
          "<iframe srcdoc='<script>parent.MARK</script>'></iframe>",
          "<a href=javascript:MARK>x</a>",
          "javascript:MARK",
          "<body onload=MARK>",
          "<details open ontoggle=MARK>",
          "<input autofocus onfocus=MARK>",
          "<math><mtext></mtext><mglyph><style><img src=x onerror=MARK></style></mglyph></math>",
          "<style>@import'data:text/css,*{x:expression(MARK)}'</style>",
          "<link rel=stylesheet href=data:text/css,*{}>",
          "<meta http-equiv=refresh content=0;url=javascript:MARK>",
          "<object data=javascript:MARK></object>",
          "<form action=javascript:MARK><button>x</button></form>",
          "${MARK}",
          "{{constructor.constructor('MARK')()}}",
          "&lt;script&gt;MARK&lt;/script&gt;",
          "\u202e<script>MARK</script>\u2028MARK");

  private HostileTexts() {}

  /** Two hundred of them. */
  static List<String> all() {
    List<String> all = new ArrayList<>();
    for (String prefix : PREFIXES) {
      for (String payload : PAYLOADS) {
        all.add(prefix + payload.replace("MARK", MARK));
      }
    }
    return all;
  }
}
