package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One parser behind every door: what one refuses, all refuse, and alike. */
class StrictDoorsIT {
  private static final int MIB = 1 << 20;

  /** What the one door that asks for no token takes at most. */
  private static final int MOST_WITHOUT_TOKEN = 4096;

  private static final String MINE = "/api/config/services/mine";
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"size\":{\"type\":\"integer\",\"default\":1},"
          + "\"pin\":{\"type\":\"string\",\"x-secret\":true}}}";

  @TempDir static Path folder;
  private static ManagerProcess manager;

  private record Door(String method, String target, String valid) {}

  @BeforeAll
  static void start() throws Exception {
    manager =
        ManagerProcess.start(
            folder, Map.of("CONFIG_API_TOKENS", TestToken.entry("admin", "config.write:admin")));
    assertThat(send("PUT", "/api/config/schemas/mine", SCHEMA).status()).isEqualTo(200);
    assertThat(send("PUT", MINE + "/secrets/pin", "{\"value\":\"1\"}").status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  /** The doors that take a body; each body changes nothing, so that it can be sent again. */
  private static Map<String, Door> doors() throws IOException {
    long version = send("GET", MINE, null).json().getLong("version");
    Map<String, Door> doors = new LinkedHashMap<>();
    doors.put(
        "put", new Door("PUT", MINE, "{\"config\":{\"size\":1},\"version\":" + version + "}"));
    doors.put("patch", new Door("PATCH", MINE + "?version=" + version, "{\"size\":1}"));
    doors.put("secret", new Door("PUT", MINE + "/secrets/pin", "{\"value\":\"1\"}"));
    doors.put("reveal", new Door("POST", MINE + "/secrets/pin/reveal", "{\"reason\":\"because\"}"));
    doors.put("schema", new Door("PUT", "/api/config/schemas/mine", SCHEMA));
    doors.put(
        "session",
        new Door("POST", "/api/config/session", "{\"token\":\"" + TestToken.of("admin") + "\"}"));
    doors.put("search", new Door("POST", "/api/config/search", "{\"query\":\"size\"}"));
    return doors;
  }

  private static Arguments text(String name, int status, UnaryOperator<String> change) {
    return Arguments.of(
        name,
        status,
        (UnaryOperator<byte[]>) valid -> bytes(change.apply(new String(valid, UTF_8))));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** Puts a member in front of the others. */
  private static Arguments first(String name, int status, String member) {
    return text(name, status, valid -> "{" + member + "," + valid.substring(1));
  }

  /** Puts raw bytes into the name of a member in front of the others. */
  private static Arguments raw(String name, String octets) {
    UnaryOperator<byte[]> change =
        valid ->
            ("{\"" + octets + "\":1," + new String(valid, ISO_8859_1).substring(1))
                .getBytes(ISO_8859_1);
    return Arguments.of(name, 400, change);
  }

  private static Arguments instead(String name, String body) {
    return text(name, 400, valid -> body);
  }

  private static String deep(int levels) {
    return "[".repeat(levels) + "]".repeat(levels);
  }

  private static String padded(String valid, int length) {
    return valid + " ".repeat(length - valid.length());
  }

  static Stream<Arguments> cases() {
    return Stream.of(
        text("as it should be", 200, valid -> valid),
        text("white space around", 200, valid -> " \r\n\t" + valid + "\n\n"),
        text("a name in escapes", 200, valid -> escapeFirst(valid)),
        text("just large enough", 200, valid -> padded(valid, MIB)),
        text("one byte too large", 413, valid -> padded(valid, MIB + 1)),
        text("much too large", 413, valid -> padded(valid, 3 * MIB)),
        text("a name twice", 400, valid -> "{" + member(valid) + "," + valid.substring(1)),
        text(
            "a name twice, once in escapes",
            400,
            valid -> "{" + member(escapeFirst(valid)) + "," + valid.substring(1)),
        first("a name twice deeper down", 400, "\"x\":{\"a\":1,\"a\":2}"),
        first("a name twice in a list", 400, "\"x\":[{\"a\":1,\"a\":1}]"),
        first("an empty name twice", 400, "\"\":1,\"\":2"),
        first("65 levels", 400, "\"x\":" + deep(64)),
        first("1,000 levels", 400, "\"x\":" + deep(1000)),
        first("100,000 levels", 400, "\"x\":" + deep(100_000)),
        first("65 levels of objects", 400, "\"x\":" + "{\"a\":".repeat(64) + "1" + "}".repeat(64)),
        first("NaN", 400, "\"x\":NaN"),
        first("infinity", 400, "\"x\":Infinity"),
        first("minus infinity", 400, "\"x\":-Infinity"),
        first("a number beyond all", 400, "\"x\":1e999"),
        first("a leading zero", 400, "\"x\":01"),
        first("a leading plus", 400, "\"x\":+1"),
        first("a leading point", 400, "\"x\":.5"),
        first("a trailing point", 400, "\"x\":1."),
        first("a bare exponent", 400, "\"x\":1e"),
        first("a hex number", 400, "\"x\":0x1F"),
        first("a bare minus", 400, "\"x\":-"),
        first("a word", 400, "\"x\":undefined"),
        first("a word in capitals", 400, "\"x\":TRUE"),
        first("single quotes", 400, "'x':1"),
        first("a name without quotes", 400, "x:1"),
        first("a line comment", 400, "// hello\n\"x\":1"),
        first("a comment", 400, "/* hello */\"x\":1"),
        first("a newline in a text", 400, "\"x\":\"a\nb\""),
        first("NUL in a text", 400, "\"x\":\"a\0b\""),
        first("an unknown escape", 400, "\"x\":\"\\q\""),
        first("half an escape", 400, "\"x\":\"\\u12\""),
        first("a lone high surrogate", 400, "\"x\":\"\\ud800\""),
        first("a lone low surrogate", 400, "\"x\":\"\\udc00\""),
        first("a lone surrogate as a name", 400, "\"\\ud800\":1"),
        first("two commas", 400, "\"x\":1,"),
        text("a comma at the end", 400, valid -> valid.substring(0, valid.length() - 1) + ",}"),
        text("no end", 400, valid -> valid.substring(0, valid.length() - 1)),
        text("one end too many", 400, valid -> valid + "}"),
        text("twice the same", 400, valid -> valid + valid),
        text("a comment behind", 400, valid -> valid + "//"),
        text("a byte order mark", 400, valid -> "\ufeff" + valid),
        text("a form feed in front", 400, valid -> "\f" + valid),
        text("a no-break space in front", 400, valid -> "\u00a0" + valid),
        raw("overlong UTF-8", "\u00c0\u00ae"),
        raw("broken UTF-8", "\u00e2\u0082"),
        raw("a surrogate in UTF-8", "\u00ed\u00a0\u0080"),
        raw("Latin-1", "\u00f6"),
        Arguments.of(
            "UTF-16",
            400,
            (UnaryOperator<byte[]>) valid -> new String(valid, UTF_8).getBytes(UTF_16BE)),
        instead("nothing but space", " "),
        instead("a list", "[]"),
        instead("a text", "\"text\""),
        instead("a number", "1"),
        instead("null", "null"),
        instead("a form", "value=1&token=2"));
  }

  /** The first member with its braces and what follows it taken away. */
  private static String member(String valid) {
    int depth = 0;
    for (int i = 1; i < valid.length(); i++) {
      char c = valid.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth < 0 || (depth == 0 && c == ',')) {
        return valid.substring(1, i);
      }
    }
    throw new IllegalArgumentException(valid);
  }

  private static String escapeFirst(String valid) {
    return valid.substring(0, 2) + "\\u%04x".formatted((int) valid.charAt(2)) + valid.substring(3);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @MethodSource("cases")
  void body_atEveryDoor_getsTheSameVerdict(String name, int status, UnaryOperator<byte[]> change)
      throws Exception {
    Map<String, Integer> verdicts = new LinkedHashMap<>();
    Map<String, Integer> expected = new LinkedHashMap<>();
    for (Map.Entry<String, Door> entry : doors().entrySet()) {
      Door door = entry.getValue();
      byte[] body = change.apply(door.valid().getBytes(UTF_8));
      boolean tooLargeForASignIn =
          entry.getKey().equals("session") && body.length > MOST_WITHOUT_TOKEN;
      try (Wire wire = Wire.to(manager)) {
        Wire.Reply reply =
            wire.send(
                door.method(),
                door.target(),
                Map.of("X-API-Token", TestToken.of("admin"), "Content-Type", "application/json"),
                body);
        verdicts.put(entry.getKey(), reply.status());
        expected.put(entry.getKey(), tooLargeForASignIn ? 413 : status);
      }
    }
    assertThat(verdicts).as(name).isEqualTo(expected);
  }

  @Test
  void mediaType_other_isRefusedAtEveryDoor() throws Exception {
    for (Door door : doors().values()) {
      for (String type :
          new String[] {"text/plain", "application/x-www-form-urlencoded", "application/xml"}) {
        try (Wire wire = Wire.to(manager)) {
          Map<String, String> headers =
              Map.of("X-API-Token", TestToken.of("admin"), "Content-Type", type);
          Wire.Reply reply =
              wire.send(door.method(), door.target(), headers, door.valid().getBytes(UTF_8));
          assertThat(reply.status()).as(type + " at " + door.target()).isEqualTo(415);
        }
      }
    }
  }

  private static Wire.Reply send(String method, String target, String body) throws IOException {
    return Wire.once(manager, method, target, TestToken.header("admin"), body);
  }
}
