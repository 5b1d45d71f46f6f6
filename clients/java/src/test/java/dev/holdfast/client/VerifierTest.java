package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifierTest {
  private static final Map<String, Object> CONFIG =
      new TreeMap<>(Map.of("channels", 1L, "name", "a|b\"ü", "vad_threshold", 0.6));

  private final Signer signer = new Signer();
  private final Verifier verifier = signer.verifier();
  private final byte[] good = signer.update("stt-worker", 7, CONFIG);

  @Test
  void verify_asSigned_givesSettingsAndText() {
    Update update = verifier.verify("stt-worker", good);

    assertThat(update.mark().version()).isEqualTo(7);
    assertThat(update.mark().epoch()).isEqualTo(Signer.EPOCH);
    assertThat(update.values().map()).isEqualTo(CONFIG);
    assertThat(update.payload()).isEqualTo(new String(good, StandardCharsets.UTF_8));
  }

  @Test
  void verify_oneOfSeveralKeys_counts() {
    Verifier several = new Verifier(PublicKeys.ofPem(new Signer().pem() + signer.pem()));

    assertThat(several.verify("stt-worker", good).mark().version()).isEqualTo(7);
  }

  @Test
  void verify_everyByteChanged_isRefused() {
    for (int i = 0; i < good.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> verifier.verify("stt-worker", bad))
            .as("byte %d bit %d", i, bit)
            .isInstanceOf(Refused.class);
      }
    }
  }

  /** {@code -Dholdfast.mutations=1000000} for the long form. */
  @Test
  void verify_randomMutations_areRefused() {
    int rounds = Integer.getInteger("holdfast.mutations", 20_000);
    Random random = new Random(7);
    for (int i = 0; i < rounds; i++) {
      byte[] bad = mutated(random);
      if (!Arrays.equals(bad, good)) {
        assertThatThrownBy(() -> verifier.verify("stt-worker", bad))
            .as("%s", new String(bad, StandardCharsets.UTF_8))
            .isInstanceOf(Refused.class);
      }
    }
  }

  private byte[] mutated(Random random) {
    StringBuilder text = new StringBuilder(new String(good, StandardCharsets.UTF_8));
    int at = random.nextInt(text.length());
    int to = Math.min(text.length(), at + 1 + random.nextInt(20));
    switch (random.nextInt(5)) {
      case 0 -> text.delete(at, to);
      case 1 -> text.insert(random.nextInt(text.length()), text.substring(at, to));
      case 2 ->
          text.replace(at, to, new StringBuilder(text.substring(at, to)).reverse().toString());
      case 3 -> text.setCharAt(at, (char) random.nextInt(0x250));
      default -> text.setLength(at);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void verify_ofAnotherService_isRefused() {
    assertRefused(Refused.Check.SERVICE, "tts-worker", good);
  }

  @Test
  void verify_byAnotherKey_isRefused() {
    assertRefused(
        Refused.Check.SIGNATURE, "stt-worker", new Signer().update("stt-worker", 7, CONFIG));
  }

  /** A key may be new: whoever can ask for it must hear of it. */
  @Test
  void verify_byAnotherKey_isTold() {
    AtomicInteger told = new AtomicInteger();
    Verifier telling = new Verifier(PublicKeys.ofPem(signer.pem()), told::incrementAndGet);

    telling.verify("stt-worker", good);
    assertThat(told).hasValue(0);
    assertThatThrownBy(
            () -> telling.verify("stt-worker", new Signer().update("stt-worker", 7, CONFIG)))
        .isInstanceOf(Refused.class);
    assertThat(told).hasValue(1);
  }

  @Test
  void verify_empty_isRefused() {
    assertRefused(Refused.Check.EMPTY, "stt-worker", new byte[0]);
  }

  @Test
  void verify_checksumOfOtherSettings_isRefusedThoughSigned() {
    Map<String, Object> members =
        signer.members("stt-worker", 7, Signer.EPOCH, Instant.now(), CONFIG);
    members.put("checksum", Verifier.sha256("{}"));
    byte[] bad = Signer.bytes(signer.sign(members, dev.holdfast.json.CanonicalJson.write(CONFIG)));

    assertRefused(Refused.Check.CHECKSUM, "stt-worker", bad);
  }

  @ParameterizedTest
  @CsvSource({
    "config_epoch, 4B0C7C0E-6F4E-4D0E-9A44-4A6B6AD5B2F1",
    "config_epoch, 4b0c7c0e-6f4e-1d0e-9a44-4a6b6ad5b2f1",
    "config_epoch, ''",
    "checksum, ABCDEF",
    "issued_at, 2026-03-01T09:30:00Z",
    "issued_at, 2026-03-01T09:30:00.000000+00:00",
    "issued_at, 2026-03-01T09:30:00.123+00:00",
    "issued_at, 2026-02-30T09:30:00+00:00",
    "issued_at, 2026-03-01T10:30:00+01:00",
    "service, Stt-Worker",
    "service, stt-worker|x"
  })
  void verify_illegalFormThoughSigned_isRefused(String member, String value) {
    Map<String, Object> members =
        signer.members("stt-worker", 7, Signer.EPOCH, Instant.now(), CONFIG);
    members.put(member, value);
    byte[] bad = Signer.bytes(signer.sign(members, dev.holdfast.json.CanonicalJson.write(CONFIG)));

    assertThatThrownBy(() -> verifier.verify("stt-worker", bad)).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-7", "07", "7.0", "7e0", "\"7\"", "9007199254740993", "null", "true"})
  void verify_illegalVersion_isRefused(String version) {
    assertFormRefused(text().replace("\"version\":7", "\"version\":" + version));
  }

  @Test
  void verify_moreFewerOrDoubleMembers_areRefused() {
    assertFormRefused(text().replace("{\"checksum\"", "{\"added\":1,\"checksum\""));
    assertFormRefused(text().replace(",\"version\":7", ""));
    assertFormRefused(text().replace(",\"version\":7", ",\"version\":7,\"version\":7"));
    assertFormRefused(text().replace("\"channels\":1", "\"channels\":1,\"channels\":1"));
  }

  @Test
  void verify_otherTextOfTheSame_isRefused() {
    assertFormRefused(text().replace(",\"version\"", ", \"version\""));
    assertFormRefused(text() + "\n");
    assertFormRefused("\ufeff" + text());
    assertFormRefused(text().replace("0.6", "6e-1"));
    assertFormRefused(text().replace("\"stt-worker\"", "\"stt-work\\u0065r\""));
    assertFormRefused(text().replace("==\"", "\""));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 63, 65})
  void verify_signatureOfAnotherLength_isNoSignature(int length) {
    String bytes = Base64.getEncoder().encodeToString(new byte[length]);
    assertFormRefused(
        text().replaceAll("\"signature\":\"[^\"]*\"", "\"signature\":\"" + bytes + "\""));
  }

  @Test
  void verify_illegalKeyThoughSigned_isRefused() {
    assertRefused(
        Refused.Check.FORM, "stt-worker", signer.update("stt-worker", 7, Map.of("a key", 1L)));
  }

  private String text() {
    return new String(good, StandardCharsets.UTF_8);
  }

  private void assertFormRefused(String bad) {
    assertThat(bad).isNotEqualTo(text());
    assertRefused(Refused.Check.FORM, "stt-worker", bad.getBytes(StandardCharsets.UTF_8));
  }

  private void assertRefused(Refused.Check check, String service, byte[] bad) {
    assertThatThrownBy(() -> verifier.verify(service, bad))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.check()).isEqualTo(check));
  }

  /** A signature may be no point of the curve, or none at all: what comes next is not harmed. */
  @Test
  void verify_genuineAfterEachKindOfBadSignature_holds() {
    PublicKeys keys = PublicKeys.ofPem(signer.pem());
    byte[] good = Base64.getDecoder().decode(signer.sign("text"));
    byte[] ones = new byte[64];
    Arrays.fill(ones, (byte) 0xff);
    byte[] other = Base64.getDecoder().decode(new Signer().sign("text"));
    for (byte[] bad : List.of(new byte[64], ones, new byte[0], new byte[63], other)) {
      assertThat(keys.verify("text", bad)).isFalse();
      assertThat(keys.verify("other", good)).isFalse();
      assertThat(keys.verify("text", good)).isTrue();
    }
  }
}
