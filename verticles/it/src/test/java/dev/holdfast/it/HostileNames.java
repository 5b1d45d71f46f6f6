package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names that no service and no key may have. */
final class HostileNames {
  /** Unencoded. */
  static final List<String> NASTY =
      List.of(
          "..",
          "../",
          "../../../../etc/passwd",
          "..\\..\\etc\\passwd",
          "/etc/passwd",
          "./router",
          "router/..",
          "router/../router",
          "router\0",
          "router\0.json",
          "\0",
          "router\n",
          "router\r\nX-Evil: 1",
          "+",
          "#",
          "router/#",
          "router/+",
          "$SYS",
          "system/config/router",
          "router'--",
          "router\" OR 1=1",
          "router;x=1",
          "router ",
          " router",
          "router.",
          "router.json",
          "ROUTER",
          "r\u00f6uter",
          "\uff0e\uff0e\uff0fetc",
          "\u2025",
          "\u2024\u2024",
          "\u202erouter",
          "router\u200b",
          "\u0131nternal",
          "-router",
          "_router",
          "0router",
          "r".repeat(64),
          "file:///etc/passwd",
          "http://127.0.0.1/",
          "~root",
          "router|x",
          "*",
          "${jndi:ldap://x}",
          "<script>",
          "%",
          "%00",
          "%2e%2e%2f");

  /** UTF-8 that is none, and encodings that only some decoders know. */
  private static final List<String> BROKEN =
      List.of(
          "%c0%ae%c0%ae%c0%af",
          "%e0%80%ae%e0%80%ae",
          "%f0%80%80%ae",
          "%f8%80%80%80%ae",
          "%c0%ae",
          "%c1%9c",
          "%ff",
          "%fe%ff",
          "%ed%a0%80",
          "%ed%bf%bf",
          "%80",
          "%e2%82",
          "%u002e%u002e",
          "%uff0e",
          "%",
          "%2",
          "%zz",
          "%2g",
          "a%",
          "\u00c0\u00ae\u00c0\u00ae",
          "\u00ff",
          ".%2e",
          "%2e.",
          "%2e%2e",
          "%2E%2E%5C",
          "%252e%252e%252f",
          "%25252e",
          "router%2f..%2frouter",
          "router%5c",
          "router%09",
          "router%0d%0aX-Evil:%201",
          "router%23",
          "router%3b",
          "router%3f");

  private HostileNames() {}

  /** Every name as it stands where the wire can carry it, and percent-encoded in several ways. */
  static List<String> encodings() {
    Set<String> all = new LinkedHashSet<>(BROKEN);
    for (String name : NASTY) {
      String encoded = percent(name, "%%%02x", false);
      all.add(encoded);
      all.add(encoded.toUpperCase(Locale.ROOT));
      all.add(percent(name, "%%%02x", true));
      all.add(percent(name, "%%25%02x", true));
      all.add(encoded + "%00");
      all.add(encoded + "%2f..");
      if (name.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '%' && c != '?')) {
        all.add(name);
      }
    }
    // What is only another way to write a legal name is none of them.
    all.removeIf(name -> name.matches("(?:[a-z0-9-]|%6[1-9a-f]|%7[0-9a])+"));
    return List.copyOf(all);
  }

  private static String percent(String text, String form, boolean letters) {
    StringBuilder out = new StringBuilder();
    for (byte octet : text.getBytes(UTF_8)) {
      boolean letter = Character.isLetterOrDigit(octet & 0xff) && octet > 0;
      out.append(letter && !letters ? (char) octet : form.formatted(octet & 0xff));
    }
    return out.toString();
  }
}
