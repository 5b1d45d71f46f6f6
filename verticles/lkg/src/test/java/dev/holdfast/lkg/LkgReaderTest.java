package dev.holdfast.lkg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.bus.Bus;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.lkg.LkgText.Content;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class LkgReaderTest {
  private static final String AT = "2026-03-01T12:00:00.000250+00:00";
  private static final String EPOCH_START = "1970-01-01T00:00:00+00:00";
  private static final Image IMAGE =
      new Image(
          Rooms.EPOCH,
          12,
          3,
          new TreeMap<>(
              Map.of(
                  "router",
                  snapshot(
                      "router",
                      2,
                      "{\"ack\":\"Grüß \\\"€\\\" \uFFFD\"}",
                      Map.of("key", new Sealed("c2VhbGVk", "k-1"))),
                  "a-b",
                  snapshot("a-b", 7, "{}", Map.of()))),
          new TreeMap<>(Map.of("gone", new Tombstone("gone", 5, 9, Rooms.EPOCH, Instant.EPOCH))),
          0);
  private static final String PAYLOAD = LkgText.payload(IMAGE, AT, Rooms.KEY_ID);
  private static final byte[] FILE = LkgText.seal(PAYLOAD, Rooms.hmac(PAYLOAD));

  private LkgReader reader;

  @BeforeEach
  void stand(Vertx vertx) {
    new Rooms(vertx);
    reader = new LkgReader(vertx, new Bus(vertx));
  }

  @Test
  void seal_file_isCanonicalWithAllMembers() {
    Map<String, Object> file = StrictJson.object(FILE);
    assertThat(CanonicalJson.write(file)).isEqualTo(new String(FILE, StandardCharsets.UTF_8));
    assertThat(file)
        .containsOnlyKeys("algorithm", "payload", "signature")
        .containsEntry("algorithm", "hmac-sha256")
        .containsEntry("signature", Rooms.hmac(CanonicalJson.write(file.get("payload"))));
    assertThat(file.get("payload"))
        .isEqualTo(
            mapOf(
                "config_epoch",
                Rooms.EPOCH,
                "deleted",
                Map.of("gone", Map.of("at", EPOCH_START, "revision", 9L, "version", 5L)),
                "generated_at",
                AT,
                "key_id",
                Rooms.KEY_ID,
                "payload",
                Map.of("a-b", Map.of(), "router", Map.of("ack", "Grüß \"€\" \uFFFD")),
                "registered",
                Map.of("a-b", Map.of("document", Map.of("type", "object"), "origin", "REGISTERED")),
                "revision",
                12L,
                "schema_version",
                3L,
                "secrets",
                Map.of("router", Map.of("key", Map.of("key_id", "k-1", "value", "c2VhbGVk"))),
                "states",
                Map.of(
                    "a-b",
                    Map.of("revision", 10L, "updated_at", EPOCH_START, "updated_by", "anna"),
                    "router",
                    Map.of(
                        "environment",
                        List.of("a", "b"),
                        "revision",
                        10L,
                        "updated_at",
                        EPOCH_START,
                        "updated_by",
                        "anna")),
                "versions",
                Map.of("a-b", 7L, "router", 2L)));
  }

  private static Map<String, Object> mapOf(Object... namesAndValues) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }

  @Test
  void verify_whole_givesItsContent() throws Exception {
    Content content = verify(FILE);
    assertThat(content.epoch()).isEqualTo(Rooms.EPOCH);
    assertThat(content.revision()).isEqualTo(12);
    assertThat(content.payload()).isEqualTo(PAYLOAD);
  }

  @Test
  void verify_anyByteFlipped_isRefused() {
    for (int i = 0; i < FILE.length; i++) {
      for (int bit : new int[] {0, 5, 7}) {
        byte[] flipped = FILE.clone();
        flipped[i] ^= (byte) (1 << bit);
        assertRefused(flipped);
      }
    }
  }

  @Test
  void verify_truncatedAnywhere_isRefused() {
    for (int length = 0; length < FILE.length; length++) {
      assertRefused(Arrays.copyOf(FILE, length));
      assertRefused(Arrays.copyOfRange(FILE, length + 1, FILE.length));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uFEFF%s", "%s\n", "%s\r\n", " %s", "%s%s", "null", "{}"})
  void verify_somethingAround_isRefused(String form) {
    String text = new String(FILE, StandardCharsets.UTF_8);
    assertRefused(form.replace("%s", text).getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"config_epoch\":1}", "not json", ""})
  void verify_signedButNoPayload_isRefused(String payload) {
    assertRefused(LkgText.seal(payload, Rooms.hmac(payload)));
  }

  private static ServiceSnapshot snapshot(
      String service, long version, String canonical, Map<String, Sealed> secrets) {
    boolean shipped = service.equals("router");
    return new ServiceSnapshot(
        service,
        version,
        10,
        Rooms.EPOCH,
        Instant.EPOCH,
        "anna",
        Values.of(StrictJson.object(canonical.getBytes(StandardCharsets.UTF_8))),
        Set.of(),
        new ServiceSchema(
            service,
            shipped ? SchemaOrigin.SHIPPED : SchemaOrigin.REGISTERED,
            "{\"type\":\"object\"}",
            List.of()),
        shipped ? Set.of("b", "a") : Set.of(),
        secrets);
  }

  private void assertRefused(byte[] file) {
    assertThatThrownBy(() -> verify(file)).hasCauseInstanceOf(IllegalArgumentException.class);
  }

  private Content verify(byte[] file) throws Exception {
    return reader.verify(file).toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }
}
