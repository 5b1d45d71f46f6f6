package dev.holdfast.lkg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.bus.Bus;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.lkg.Image.Fragment;
import dev.holdfast.lkg.LkgText.Content;
import dev.holdfast.model.Sealed;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
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
  private static final Image IMAGE =
      new Image(
          Rooms.EPOCH,
          12,
          3,
          new TreeMap<>(
              Map.of(
                  "router",
                  new Fragment(
                      2,
                      "{\"ack\":\"Grüß \\\"€\\\" \uFFFD\"}",
                      new TreeMap<>(Map.of("key", new Sealed("c2VhbGVk", "k-1")))),
                  "a-b",
                  new Fragment(7, "{}", new TreeMap<>()))),
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
            Map.of(
                "config_epoch",
                Rooms.EPOCH,
                "generated_at",
                AT,
                "key_id",
                Rooms.KEY_ID,
                "payload",
                Map.of("a-b", Map.of(), "router", Map.of("ack", "Grüß \"€\" \uFFFD")),
                "revision",
                12L,
                "schema_version",
                3L,
                "secrets",
                Map.of("router", Map.of("key", Map.of("key_id", "k-1", "value", "c2VhbGVk"))),
                "versions",
                Map.of("a-b", 7L, "router", 2L)));
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

  private void assertRefused(byte[] file) {
    assertThatThrownBy(() -> verify(file)).hasCauseInstanceOf(IllegalArgumentException.class);
  }

  private Content verify(byte[] file) throws Exception {
    return reader.verify(file).toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }
}
