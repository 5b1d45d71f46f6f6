package dev.holdfast.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.crypto.CryptoVerticle.GeneratedKeys;
import dev.holdfast.crypto.CryptoVerticle.Options;
import dev.holdfast.crypto.CryptoVerticle.RotatedSignature;
import dev.holdfast.messages.crypto.Keys.Endorsement;
import dev.holdfast.messages.crypto.Keys.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A signature key that follows another. */
class EndorsementTest {
  private static final String SINCE = "2026-03-01T12:00:00+00:00";

  private final GeneratedKeys keys = CryptoVerticle.generate();
  private final SignatureKeys old =
      SignatureKeys.read(keys.signaturePrivateKeyPem(), keys.signaturePublicKeyPem(), null);
  private final String oldId = old.publicKeys().get(0).id();
  private final RotatedSignature next =
      KeyMaker.signature(
          new SecureRandom(),
          old,
          Clock.fixed(Instant.parse("2026-03-01T12:00:00.123456Z"), ZoneOffset.UTC));

  @Test
  void newSignatureKey_putsTheNewKeyFirst_endorsedByTheOldOne() {
    List<PublicKey> listed =
        KeyRing.of(with(next.publicPems(), next.endorsement())).described().signatureKeys();
    assertThat(next.publicPems()).endsWith(keys.signaturePublicKeyPem());
    assertThat(listed).extracting(PublicKey::signing).containsExactly(true, false);
    assertThat(listed.get(1).pem()).isEqualTo(keys.signaturePublicKeyPem());
    Endorsement endorsement = listed.get(0).endorsement();
    assertThat(endorsement.by()).isEqualTo(oldId);
    assertThat(endorsement.since()).isEqualTo(SINCE);
    assertThat(
            CryptoFixture.verifies(
                keys.signaturePublicKeyPem(),
                "holdfast-endorsement|" + oldId + "|" + listed.get(0).id() + "|" + SINCE,
                Base64.getDecoder().decode(endorsement.signature())))
        .isTrue();
  }

  @Test
  void newSignatureKey_twice_keepsAllKeysAndTheLastStep() {
    RotatedSignature third =
        CryptoVerticle.newSignatureKey(next.privatePem(), next.publicPems() + next.publicPems());
    List<PublicKey> listed =
        SignatureKeys.read(third.privatePem(), third.publicPems(), third.endorsement())
            .publicKeys();
    assertThat(listed).hasSize(3);
    assertThat(listed.get(0).endorsement().by()).isEqualTo(listed.get(1).id());
    assertThat(listed.get(2).id()).isEqualTo(oldId);
    assertThat(third.toString() + next)
        .doesNotContain(third.privatePem(), next.privatePem(), "PRIVATE");
  }

  @Test
  void newSignatureKey_pairThatDoesNotMatch_isRefused() {
    assertThatThrownBy(
            () -> CryptoVerticle.newSignatureKey(next.privatePem(), keys.signaturePublicKeyPem()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("CONFIG_SIGNATURE_PUBLIC_KEY ");
  }

  @Test
  void options_endorsementThatDoesNotHold_namesTheVariableNeverTheValue() {
    String[] parts = next.endorsement().split("\\|", -1);
    SignatureKeys ours = SignatureKeys.read(next.privatePem(), next.publicPems(), null);
    String own = ours.endorse(ours.publicKeys().get(0).id(), SINCE);
    String other = old.endorse("0123456789abcdef", SINCE);
    String signature = parts[2];
    for (String text :
        List.of(
            "",
            "hunter2",
            next.endorsement() + "|",
            parts[0] + "|yesterday|" + signature,
            parts[0] + "|2026-03-01T12:00:01+00:00|" + signature,
            "0123456789abcdef|" + SINCE + "|" + signature,
            parts[0] + "|" + SINCE + "|",
            parts[0] + "|" + SINCE + "|hunter2",
            parts[0] + "|" + SINCE + "|" + signature.replace("=", ""),
            parts[0] + "|" + SINCE + "|" + flipped(signature),
            own,
            other)) {
      assertThatThrownBy(() -> with(next.publicPems(), text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasNoCause()
          .hasMessageStartingWith("CONFIG_SIGNATURE_ENDORSEMENT: expected ")
          .satisfies(
              e -> {
                if (!text.isEmpty()) {
                  assertThat(e.getMessage()).doesNotContain(text).doesNotContain(signature);
                }
              });
    }
  }

  @Test
  void options_oldKeyTakenOutButNotItsEndorsement_saysSo() {
    String alone = next.publicPems().replace(keys.signaturePublicKeyPem(), "");
    assertThat(with(alone, null)).isNotNull();
    assertThatThrownBy(() -> with(alone, next.endorsement()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("CONFIG_SIGNATURE_ENDORSEMENT: ")
        .hasMessageContaining("take this out too");
  }

  private Options with(String publicPems, String endorsement) {
    return new Options(
        next.privatePem(),
        publicPems,
        keys.masterKeyBase64(),
        keys.masterKeyId(),
        keys.hmacKeyBase64(),
        keys.hmacKeyId(),
        null,
        null,
        null,
        null,
        endorsement);
  }

  private static String flipped(String base64) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    bytes[10] ^= 1;
    return Base64.getEncoder().encodeToString(bytes);
  }
}
