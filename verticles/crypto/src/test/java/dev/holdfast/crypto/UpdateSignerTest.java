package dev.holdfast.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.crypto.CryptoFixture.HandClock;
import dev.holdfast.crypto.CryptoVerticle.GeneratedKeys;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.crypto.SignDeletion;
import dev.holdfast.messages.crypto.SignUpdate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateSignerTest {
  private static final String EPOCH = "7f8b5a4e-3f0f-4d52-9a41-6f3c0a9f6c11";
  private static final String CONFIG = "{\"greeting\":\"Grüß \\\"Gott\\\" €\",\"rate\":0.5}";
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.000250Z");

  private final GeneratedKeys keys = CryptoVerticle.generate();
  private final HandClock clock = new HandClock(NOON);
  private final UpdateSigner signer =
      new UpdateSigner(KeyRing.of(CryptoFixture.options(keys)), clock);

  @Test
  void update_payload_isTheCanonicalObjectOfTheContract() {
    String payload = signer.update(ask(7, 0)).payload();
    Map<String, Object> object = StrictJson.object(payload.getBytes(StandardCharsets.UTF_8));
    assertThat(object)
        .containsOnlyKeys(
            "service", "config", "version", "config_epoch", "checksum", "issued_at", "signature")
        .containsEntry("service", "router")
        .containsEntry("version", 7L)
        .containsEntry("config_epoch", EPOCH)
        .containsEntry("issued_at", "2026-03-01T12:00:00.000250+00:00");
    assertThat(CanonicalJson.write(object)).isEqualTo(payload);
  }

  @Test
  void update_checksum_isSha256OfCanonicalConfig() throws Exception {
    String expected =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(CONFIG.getBytes(StandardCharsets.UTF_8)));
    assertThat(parse(signer.update(ask(7, 0)).payload())).containsEntry("checksum", expected);
  }

  @Test
  void update_signature_verifiesWithTheJdk() {
    assertThat(verifies(parse(signer.update(ask(7, 0)).payload()))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "service",
        "config",
        "version",
        "config_epoch",
        "checksum",
        "issued_at",
        "signature"
      })
  void update_oneBitFlipped_failsVerification(String field) {
    Map<String, Object> object = parse(signer.update(ask(7, 0)).payload());
    String[] parts = parts(object);
    byte[] signature = Base64.getDecoder().decode((String) object.get("signature"));
    int place =
        List.of("version", "service", "config", "checksum", "config_epoch", "issued_at")
            .indexOf(field);
    int bits =
        place < 0 ? signature.length * 8 : parts[place].getBytes(StandardCharsets.UTF_8).length * 8;
    for (int bit = 0; bit < bits; bit += 3) {
      if (place < 0) {
        byte[] flipped = signature.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(
                CryptoFixture.verifies(
                    keys.signaturePublicKeyPem(), String.join("|", parts), flipped))
            .isFalse();
      } else {
        byte[] bytes = parts[place].getBytes(StandardCharsets.UTF_8);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        String[] flipped = parts.clone();
        flipped[place] = new String(bytes, StandardCharsets.UTF_8);
        assertThat(
                CryptoFixture.verifies(
                    keys.signaturePublicKeyPem(), String.join("|", flipped), signature))
            .isFalse();
      }
    }
  }

  @Test
  void update_signature_verifiesWithOpenssl(@TempDir Path folder) throws Exception {
    boolean installed = run("openssl", "version") == 0;
    if (!installed && "true".equals(System.getenv("CI"))) {
      throw new AssertionError("openssl is missing, and this build must have it");
    }
    assumeTrue(installed, "skipped: openssl missing");
    Map<String, Object> object = parse(signer.update(ask(7, 0)).payload());
    Path key = Files.writeString(folder.resolve("key.pem"), keys.signaturePublicKeyPem());
    Path text = Files.writeString(folder.resolve("text"), String.join("|", parts(object)));
    Path altered = Files.writeString(folder.resolve("altered"), Files.readString(text) + " ");
    Path signature =
        Files.write(
            folder.resolve("signature"),
            Base64.getDecoder().decode((String) object.get("signature")));
    assertThat(opensslVerify(key, text, signature)).isZero();
    assertThat(opensslVerify(key, altered, signature)).isNotZero();
  }

  @Test
  void update_sameAgainWithinMaxAge_givesTheSamePayload() {
    String first = signer.update(ask(7, 1_000)).payload();
    clock.set(NOON.plusMillis(1_000));
    assertThat(signer.update(ask(7, 1_000)).payload()).isSameAs(first);
  }

  @Test
  void update_olderThanMaxAge_isMadeAgain() {
    String first = signer.update(ask(7, 1_000)).payload();
    clock.set(NOON.plusMillis(1_001));
    assertThat(signer.update(ask(7, 1_000)).payload()).isNotEqualTo(first);
  }

  @Test
  void update_clockSetBack_isMadeAgain() {
    signer.update(ask(7, 1_000));
    clock.set(NOON.minusSeconds(60));
    assertThat(parse(signer.update(ask(7, 1_000)).payload()))
        .containsEntry("issued_at", "2026-03-01T11:59:00.000250+00:00");
  }

  @Test
  void update_otherVersionEpochOrConfig_isMadeAgain() {
    String first = signer.update(ask(7, 60_000)).payload();
    String version = signer.update(ask(8, 60_000)).payload();
    String epoch =
        signer.update(new SignUpdate("router", 8, EPOCH + "0", CONFIG, 60_000)).payload();
    String config = signer.update(new SignUpdate("router", 8, EPOCH, "{}", 60_000)).payload();
    assertThat(List.of(first, version, epoch, config)).doesNotHaveDuplicates();
    assertThat(parse(config)).containsEntry("config", Map.of());
  }

  @Test
  void update_olderVersionAskedLate_keepsTheNewest() {
    String newest = signer.update(ask(8, 60_000)).payload();
    signer.update(ask(7, 60_000));
    assertThat(signer.update(ask(8, 60_000)).payload()).isSameAs(newest);
  }

  @Test
  void deletion_signature_verifiesAndForgetsTheUpdate() {
    String first = signer.update(ask(7, 60_000)).payload();
    clock.set(Instant.parse("2026-03-01T12:00:01Z"));
    String payload = signer.deletion(new SignDeletion("router", 8, EPOCH)).payload();
    Map<String, Object> object = parse(payload);
    assertThat(object)
        .containsOnlyKeys("service", "version", "config_epoch", "issued_at", "signature");
    assertThat(CanonicalJson.write(object)).isEqualTo(payload);
    assertThat(
            CryptoFixture.verifies(
                keys.signaturePublicKeyPem(),
                "deleted|router|8|" + EPOCH + "|2026-03-01T12:00:01+00:00",
                Base64.getDecoder().decode((String) object.get("signature"))))
        .isTrue();
    assertThat(signer.update(ask(7, 60_000)).payload()).isNotEqualTo(first);
  }

  @Test
  void update_separatorInAField_isRefused() {
    assertThatThrownBy(() -> signer.update(new SignUpdate("a|b", 1, EPOCH, "{}", 0)))
        .isInstanceOf(BusFailure.class);
    assertThatThrownBy(() -> signer.update(new SignUpdate("router", 1, "a|b", "{}", 0)))
        .isInstanceOf(BusFailure.class);
    assertThatThrownBy(() -> signer.deletion(new SignDeletion("router", 0, EPOCH)))
        .isInstanceOf(BusFailure.class);
  }

  private boolean verifies(Map<String, Object> object) {
    return CryptoFixture.verifies(
        keys.signaturePublicKeyPem(),
        String.join("|", parts(object)),
        Base64.getDecoder().decode((String) object.get("signature")));
  }

  private static String[] parts(Map<String, Object> object) {
    return new String[] {
      String.valueOf(object.get("version")),
      (String) object.get("service"),
      CanonicalJson.write(object.get("config")),
      (String) object.get("checksum"),
      (String) object.get("config_epoch"),
      (String) object.get("issued_at")
    };
  }

  private static SignUpdate ask(long version, long maxAgeMillis) {
    return new SignUpdate("router", version, EPOCH, CONFIG, maxAgeMillis);
  }

  private static Map<String, Object> parse(String payload) {
    return StrictJson.object(payload.getBytes(StandardCharsets.UTF_8));
  }

  private static int opensslVerify(Path key, Path text, Path signature) throws Exception {
    return run(
        "openssl",
        "pkeyutl",
        "-verify",
        "-rawin",
        "-pubin",
        "-inkey",
        key.toString(),
        "-in",
        text.toString(),
        "-sigfile",
        signature.toString());
  }

  private static int run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    }
  }
}
