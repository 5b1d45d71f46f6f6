package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each call, as each kind of caller. The checks stand in this order: token, role, scope, body. */
class RoleTableIT {
  /** The kinds of callers, in the order of the columns. "This" is the service of the call. */
  private static final List<String> CALLERS =
      List.of(
          "nobody",
          "unknown-token",
          "config.read",
          "config.read@other",
          "config.write",
          "config.write@this",
          "config.write@other",
          "config.secrets@this",
          "config.secrets@other",
          "config.schema@this",
          "config.schema@other",
          "session",
          "session-without-csrf",
          "session-with-wrong-csrf");

  /**
   * The statuses, in the order above. {@code ~} is {@code /api/config}; in braces stands what
   * {@link #fill} knows; what follows the last bar is the body.
   */
  private static final String TABLE =
      """
      call                                  | no unk read @oth write @this @oth secr @oth sche @oth sess csrf csrf | body
      GET /health/live                      |200 200  200  200  200  200  200  200  200  200  200  200  200  200|
      GET /health/ready                     |200 200  200  200  200  200  200  200  200  200  200  200  200  200|
      GET /metrics                          |200 200  200  200  200  200  200  200  200  200  200  200  200  200|
      GET /docs                             |200 200  200  200  200  200  200  200  200  200  200  200  200  200|
      GET ~/openapi.json                    |200 200  200  200  200  200  200  200  200  200  200  200  200  200|
      GET ~/health                          |200 200  200  200  200  200  200  200  200  200  200  200  200  200|
      GET ~/health?detail=true              |200 200  200  200  200  200  200  200  200  200  200  200  200  200|
      GET ~/keys                            |200 200  200  200  200  200  200  200  200  200  200  200  200  200|
      GET ~/nothing                         |404 404  404  404  404  404  404  404  404  404  404  404  404  404|
      POST ~/services/mine                  |405 405  405  405  405  405  405  405  405  405  405  405  405  405|{}
      GET ~/me                              |401 401  200  200  200  200  200  200  200  200  200  200  200  200|
      GET ~/csrf-token                      |401 401  200  200  200  200  200  200  200  200  200  200  200  200|
      POST ~/session                        |200 200  200  200  200  200  200  200  200  200  200  200  200  200|{"token":"{known}"}
      POST ~/session                        |401 401  401  401  401  401  401  401  401  401  401  401  401  401|{"token":"{unknown}"}
      POST ~/session                        |400 400  400  400  400  400  400  400  400  400  400  400  400  400|{"token":
      DELETE ~/session                      |401 401  200  200  200  200  200  200  200  200  200  200  403  403|
      GET ~/services                        |401 401  200  200  200  200  200  200  200  403  403  200  200  200|
      GET ~/services/mine                   |401 401  200  403  200  200  403  200  403  403  403  200  200  200|
      GET ~/services/mine?include_fields=no |401 401  400  403  400  400  403  400  403  403  403  400  400  400|
      GET ~/services/mine/signed            |401 401  200  403  200  200  403  200  403  403  403  200  200  200|
      GET ~/services/absent/signed          |401 401  404  403  404  403  403  403  403  403  403  404  404  404|
      GET ~/services/absent                 |401 401  404  403  404  403  403  403  403  403  403  404  404  404|
      GET ~/services/No_Name                |401 401  400  400  400  400  400  400  400  403  403  400  400  400|
      PUT ~/services/mine                   |401 401  403  403  200  200  403  403  403  403  403  200  403  403|{"version":{version},"config":{}}
      PUT ~/services/mine                   |401 401  403  403  409  409  403  403  403  403  403  409  403  403|{"version":999,"config":{}}
      PUT ~/services/mine                   |401 401  403  403  400  400  403  403  403  403  403  400  403  403|{"version":{version},"config":
      PUT ~/services/absent                 |401 401  403  403  422  403  403  403  403  403  403  422  403  403|{"version":0,"config":{}}
      PATCH ~/services/mine?version={version}|401 401 403  403  200  200  403  403  403  403  403  200  403  403|{"size":7}
      PATCH ~/services/mine?version={version}|401 401 403  403  422  422  403  403  403  403  403  422  403  403|{"size":-1}
      PATCH ~/services/mine                 |401 401  403  403  428  428  403  403  403  403  403  428  403  403|{"size":8}
      DELETE ~/services/gone?version={gone} |401 401  403  403  200  200  403  403  403  403  403  200  403  403|
      DELETE ~/services/mine?version=999    |401 401  403  403  409  409  403  403  403  403  403  409  403  403|
      PUT ~/services/mine/secrets/pin       |401 401  403  403  200  200  403  403  403  403  403  200  403  403|{"value":"1234 5678"}
      PUT ~/services/mine/secrets/pin       |401 401  403  403  400  400  403  403  403  403  403  400  403  403|{"value":5}
      PUT ~/services/mine/secrets/no_such   |401 401  403  403  404  404  403  403  403  403  403  404  403  403|{"value":"x"}
      PUT ~/services/mine/secrets/size      |401 401  403  403  422  422  403  403  403  403  403  422  403  403|{"value":"x"}
      DELETE ~/services/mine/secrets/unset  |401 401  403  403  200  200  403  403  403  403  403  200  403  403|
      POST ~/services/mine/secrets/pin/reveal|401 401 403  403  200  200  403  403  403  403  403  200  403  403|{"reason":"table"}
      POST ~/services/mine/secrets/pin/reveal|401 401 403  403  422  422  403  403  403  403  403  422  403  403|{}
      POST ~/services/mine/secrets/pin/reveal|401 401 403  403  400  400  403  403  403  403  403  400  403  403|{"reason":
      POST ~/search                         |401 401  200  200  200  200  200  200  200  403  403  200  200  200|{"query":"size"}
      POST ~/search                         |401 401  200  403  200  200  403  200  403  403  403  200  200  200|{"query":"size","service_filter":"mine"}
      POST ~/search                         |401 401  400  400  400  400  400  400  400  403  403  400  400  400|{"query":
      GET ~/history                         |401 401  200  200  200  200  200  200  200  403  403  200  200  200|
      GET ~/history?service=mine            |401 401  200  403  200  200  403  200  403  403  403  200  200  200|
      POST ~/history/restore                |401 401  403  403  200  200  403  403  403  403  403  200  403  403|{"service":"mine","history_entries":[{entry}]}
      POST ~/history/restore                |401 401  403  403  404  404  403  403  403  403  403  404  403  403|{"service":"mine","history_entries":[999999]}
      POST ~/history/restore                |401 401  403  403  400  400  400  403  403  403  403  400  403  403|{"service":"mine","history_entries":
      GET ~/fleet                           |401 401  200  200  200  200  200  200  200  403  403  200  200  200|
      GET ~/fleet?service=mine              |401 401  200  403  200  200  403  200  403  403  403  200  200  200|
      GET ~/fleet?service=No_Name           |401 401  400  400  400  400  400  400  400  403  403  400  400  400|
      GET ~/schemas                         |401 401  200  200  200  200  200  200  200  403  403  200  200  200|
      GET ~/schemas/mine                    |401 401  200  403  200  200  403  200  403  403  403  200  200  200|
      PUT ~/schemas/mine                    |401 401  403  403  200  200  403  403  403  200  403  200  403  403|{schema}
      PUT ~/schemas/mine                    |401 401  403  403  400  400  403  403  403  400  403  400  403  403|{"type":
      GET ~/audit                           |401 401  403  403  200  200  200  403  403  403  403  200  200  200|
      GET ~/audit?service=mine              |401 401  403  403  200  200  403  403  403  403  403  200  200  200|
      GET ~/events                          |401 401  200  200  200  200  200  200  200  403  403  200  200  200|
      GET ~/events?services=mine            |401 401  200  403  200  200  403  200  403  403  403  200  200  200|
      """;

  private static final String SCHEMA =
      """
      {"type":"object","additionalProperties":false,"properties":{
        "size":{"type":"integer","minimum":0,"default":1,"description":"How large"},
        "pin":{"type":"string","x-secret":true,"description":"A secret"},
        "unset":{"type":"string","x-secret":true,"description":"Another"}}}""";

  private static final String ADMIN = "config.write";

  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static BrowserSession session;
  private static BrowserSession stranger;
  private static long entry;

  @BeforeAll
  static void start() throws Exception {
    String tokens =
        String.join(
            ",",
            CALLERS.stream()
                .filter(caller -> caller.startsWith("config."))
                .map(RoleTableIT::entryOf)
                .toList());
    manager = ManagerProcess.start(folder, Map.of("CONFIG_API_TOKENS", tokens));
    assertThat(call("PUT", "/api/config/schemas/mine", SCHEMA).status()).isEqualTo(200);
    call("PATCH", "/api/config/services/mine?version=" + version("mine"), "{\"size\":2}");
    JsonObject history = call("GET", "/api/config/history?service=mine&key=size", null).json();
    entry = history.getJsonArray("entries").getJsonObject(0).getLong("id");
    String secret = "/api/config/services/mine/secrets/pin";
    assertThat(call("PUT", secret, "{\"value\":\"1234 5678\"}").status()).isEqualTo(200);
    try (Wire wire = Wire.to(manager)) {
      session = BrowserSession.open(wire, TestToken.of(ADMIN));
      stranger = BrowserSession.open(wire, TestToken.of("config.read"));
    }
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  private static String entryOf(String caller) {
    return TestToken.entry(
        caller, caller.replace("@this", "@mine|gone").replace("@other", "@router"));
  }

  static Stream<Arguments> cells() {
    return TABLE
        .lines()
        .skip(1)
        .flatMap(
            row -> {
              String[] parts = row.split("\\|", 3);
              String[] statuses = parts[1].strip().split(" +");
              assertThat(statuses).as(row).hasSameSizeAs(CALLERS);
              return IntStream.range(0, statuses.length)
                  .mapToObj(
                      i ->
                          Arguments.of(
                              parts[0].strip(),
                              parts[2],
                              CALLERS.get(i),
                              Integer.parseInt(statuses[i])));
            });
  }

  @ParameterizedTest(name = "{0} {1} as {2} is {3}")
  @MethodSource("cells")
  void call_caller_hasTheStatusOfTheTable(String call, String body, String caller, int status)
      throws Exception {
    String[] request = fill(call).replace("~", "/api/config").split(" ", 2);
    // Each from an address of its own, so that the refusals do not add up to a 429.
    int serial = Math.floorMod((call + body + caller).hashCode(), 250 * 250);
    String address = "127.1." + (serial / 250 + 1) + "." + (serial % 250 + 1);
    try (Wire wire = Wire.from(address, manager)) {
      Wire.Reply reply =
          wire.call(
              request[0],
              request[1],
              headers(caller, request[1]),
              body.isEmpty() ? null : fill(body));
      assertThat(reply.status()).as(reply.body()).isEqualTo(status);
      assertThat(reply.header("X-Request-Id")).isNotBlank();
      if (status >= 400) {
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        assertThat(reply.json().getInteger("status")).isEqualTo(status);
        assertThat(reply.json().getString("detail")).isNotBlank();
      }
    }
  }

  private static Map<String, String> headers(String caller, String path) throws IOException {
    if (caller.equals("nobody")) {
      return Map.of();
    }
    if (!caller.startsWith("session")) {
      return TestToken.header(caller);
    }
    BrowserSession used = session;
    if (path.endsWith("/session")) {
      try (Wire wire = Wire.to(manager)) {
        used = BrowserSession.open(wire, TestToken.of(ADMIN));
      }
    }
    return switch (caller) {
      case "session" -> used.full();
      case "session-without-csrf" -> used.bare();
      default -> used.with(stranger.csrf());
    };
  }

  /** Puts in what the fixture knows; what a call needs is made ready here. */
  private static String fill(String text) throws IOException {
    if (text.contains("{gone}")) {
      String path = "/api/config/services/gone";
      if (call("GET", path, null).status() == 404) {
        call("PUT", path + "?untyped=true", "{\"version\":0,\"config\":{}}");
      }
      return text.replace("{gone}", String.valueOf(version("gone")));
    }
    String filled = text.contains("{version}") ? withVersion(text) : text;
    return filled
        .replace("{known}", TestToken.of("config.read"))
        .replace("{unknown}", TestToken.of("unknown"))
        .replace("{entry}", String.valueOf(entry))
        .replace("{schema}", SCHEMA);
  }

  private static String withVersion(String text) throws IOException {
    return text.replace("{version}", String.valueOf(version("mine")));
  }

  private static long version(String service) throws IOException {
    return call("GET", "/api/config/services/" + service, null).json().getLong("version");
  }

  private static Wire.Reply call(String method, String path, String body) throws IOException {
    return Wire.once(manager, method, path, TestToken.header(ADMIN), body);
  }

  @Test
  void token_bearer_isTheSameAsTheHeader() throws Exception {
    for (String caller : List.of("config.read", "config.write@other", "unknown-token")) {
      Map<String, String> bearer = Map.of("Authorization", "Bearer " + TestToken.of(caller));
      for (String path : List.of("/api/config/services/mine", "/api/config/audit")) {
        assertThat(Wire.once(manager, "GET", path, bearer, null).status())
            .as(caller + " " + path)
            .isEqualTo(Wire.once(manager, "GET", path, TestToken.header(caller), null).status());
      }
    }
  }

  @Test
  void token_inTheUrl_isNone() throws Exception {
    for (String name : List.of("token", "access_token", "api_token", "X-API-Token")) {
      String path = "/api/config/services?" + name + "=" + TestToken.of(ADMIN);
      assertThat(Wire.once(manager, "GET", path, Map.of(), null).status()).isEqualTo(401);
    }
  }

  @Test
  void scope_overAllServices_showsItAlone() throws Exception {
    Map<String, String> other = TestToken.header("config.write@other");
    Wire.Reply services = Wire.once(manager, "GET", "/api/config/services", other, null);
    assertThat(services.json().getJsonArray("services")).isEqualTo(new JsonArray().add("router"));
    for (String path : List.of("/api/config/history?limit=1000", "/api/config/audit?limit=1000")) {
      Wire.Reply rows = Wire.once(manager, "GET", path, other, null);
      assertThat(rows.json().getJsonArray("entries"))
          .as(path)
          .allMatch(row -> "router".equals(((JsonObject) row).getString("service")));
    }
    Wire.Reply found =
        Wire.once(manager, "POST", "/api/config/search", other, "{\"query\":\"size\"}");
    assertThat(found.body()).doesNotContain("\"mine\"");
  }

  @Test
  void secret_eachKindOfCaller_readsItMaskedButForItsOwnScope() throws Exception {
    Map<String, String> readsAs = new HashMap<>();
    for (String caller :
        List.of("config.read", "config.write", "config.write@this", "config.secrets@this")) {
      Wire.Reply reply =
          Wire.once(manager, "GET", "/api/config/services/mine", TestToken.header(caller), null);
      readsAs.put(caller, reply.json().getJsonObject("config").getString("pin"));
      if (caller.startsWith("config.secrets")) {
        assertThat(reply.header("Cache-Control")).contains("no-store");
      }
    }
    assertThat(readsAs)
        .containsEntry("config.read", "********")
        .containsEntry("config.write", "********")
        .containsEntry("config.write@this", "********")
        .containsEntry("config.secrets@this", "1234 5678");
  }
}
