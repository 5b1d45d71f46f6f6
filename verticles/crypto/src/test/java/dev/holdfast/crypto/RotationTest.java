package dev.holdfast.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.crypto.CryptoVerticle.GeneratedKeys;
import dev.holdfast.crypto.CryptoVerticle.Options;
import dev.holdfast.crypto.CryptoVerticle.RotatedSecret;
import dev.holdfast.messages.crypto.HmacVerified;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.messages.crypto.VerifyHmac;
import dev.holdfast.model.AuditMac;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys that are being rotated out, of the two secret kinds. */
class RotationTest {
  private static final GeneratedKeys KEYS = CryptoVerticle.generate();
  private static final RotatedSecret OLD_MASTER = CryptoVerticle.newSecretKey();
  private static final RotatedSecret OLD_HMAC = CryptoVerticle.newSecretKey();
  private static final String BASE64 = OLD_MASTER.base64();
  private static final String ID = OLD_MASTER.id();
  private static final String MASTER = "CONFIG_MASTER_KEY_OLD";
  private static final String HMAC = "LKG_HMAC_KEY_OLD";

  private final RotatedSecret master = CryptoVerticle.newSecretKey();
  private final RotatedSecret hmac = CryptoVerticle.newSecretKey();
  private final Options rotated = CryptoFixture.rotated(KEYS, master, hmac);

  @Test
  void newSecretKey_twice_givesTwoKeysThatOptionsTakes() {
    assertThat(List.of(master.base64(), master.id()))
        .doesNotContain(hmac.base64(), hmac.id(), OLD_HMAC.base64(), OLD_HMAC.id());
    assertThat(Base64.getDecoder().decode(master.base64())).hasSize(32);
    assertThat(UUID.fromString(master.id()).version()).isEqualTo(4);
  }

  @Test
  void described_oldKeys_areToldWithTheirCheckValues() {
    Keys before = KeyRing.of(CryptoFixture.options(KEYS)).described();
    Keys now = KeyRing.of(rotated).described();
    assertThat(before.oldMasterKeyId()).isNull();
    assertThat(before.oldHmacKeyId()).isNull();
    assertThat(now)
        .extracting(Keys::masterKeyId, Keys::oldMasterKeyId, Keys::hmacKeyId, Keys::oldHmacKeyId)
        .containsExactly(master.id(), KEYS.masterKeyId(), hmac.id(), KEYS.hmacKeyId());
    assertThat(now.checks())
        .hasSize(4)
        .containsKeys(master.id(), hmac.id())
        .containsAllEntriesOf(before.checks());
  }

  @Test
  void verify_oldHmacKey_isValidAndNamed() {
    KeyRing before = KeyRing.of(CryptoFixture.options(KEYS));
    KeyRing now = KeyRing.of(rotated);
    String old = before.hmac("text").hex();
    assertThat(now.verify(new VerifyHmac("text", old)))
        .isEqualTo(new HmacVerified(true, KEYS.hmacKeyId()));
    assertThat(now.hmac("text").keyId()).isEqualTo(hmac.id());
    assertThat(now.verify(new VerifyHmac("text", now.hmac("text").hex())))
        .isEqualTo(new HmacVerified(true, hmac.id()));
    assertThat(now.verify(new VerifyHmac("texu", old))).isEqualTo(new HmacVerified(false, null));
    assertThat(before.verify(new VerifyHmac("text", now.hmac("text").hex())).valid()).isFalse();
  }

  @Test
  void auditMac_presentOldAndOtherKey_areDerivedOrNull() {
    AuditMac before = CryptoVerticle.auditMac(CryptoFixture.options(KEYS));
    AuditMac now = CryptoVerticle.auditMac(rotated);
    byte[] derived =
        CryptoFixture.hmac(Base64.getDecoder().decode(KEYS.hmacKeyBase64()), "holdfast.audit.v1");
    String expected = HexFormat.of().formatHex(CryptoFixture.hmac(derived, "row €"));
    assertThat(before.keyId()).isEqualTo(KEYS.hmacKeyId());
    assertThat(before.mac(KEYS.hmacKeyId(), "row €")).isEqualTo(expected);
    assertThat(now.keyId()).isEqualTo(hmac.id());
    assertThat(now.mac(KEYS.hmacKeyId(), "row €")).isEqualTo(expected);
    assertThat(now.mac(hmac.id(), "row €")).isNotNull().isNotEqualTo(expected);
    assertThat(now.mac(master.id(), "row €")).isNull();
    assertThat(before.mac(hmac.id(), "row €")).isNull();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void options_oldKeyThatCannotBe_namesTheVariableNeverTheValue(
      List<String> old, String variable, String why) {
    assertThatThrownBy(() -> with(old))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageStartingWith(variable + ": ")
        .hasMessageContaining(why)
        .satisfies(
            e ->
                assertThat(old)
                    .filteredOn(value -> !value.isEmpty())
                    .noneMatch(value -> e.getMessage().contains(value)));
  }

  /** In the order of {@link Options}; an empty text stands for null. */
  static Stream<Arguments> refused() {
    String last = BASE64.substring(0, 42) + (char) (BASE64.charAt(42) + 1) + "=";
    return Stream.of(
        Arguments.of(List.of(BASE64, "", "", ""), MASTER + "_ID", MASTER + "_BASE64 is"),
        Arguments.of(List.of("", ID, "", ""), MASTER + "_BASE64", "both or neither"),
        Arguments.of(List.of("", "", BASE64, ""), HMAC + "_ID", "both or neither"),
        Arguments.of(List.of("", "", "", ID), HMAC + "_BASE64", HMAC + "_ID is"),
        Arguments.of(List.of("hunter2", ID, "", ""), MASTER + "_BASE64", "32 bytes"),
        Arguments.of(List.of(BASE64 + "AAAA", ID, "", ""), MASTER + "_BASE64", "32 bytes"),
        Arguments.of(List.of(last, ID, "", ""), MASTER + "_BASE64", "32 bytes"),
        Arguments.of(List.of("", "", BASE64.replace("=", ""), ID), HMAC + "_BASE64", "32 bytes"),
        Arguments.of(List.of(BASE64, "hunter2", "", ""), MASTER + "_ID", "a UUID"),
        Arguments.of(
            List.of(KEYS.masterKeyBase64(), ID, "", ""),
            MASTER + "_BASE64",
            "the same key as CONFIG_MASTER_KEY_BASE64"),
        Arguments.of(
            List.of("", "", KEYS.hmacKeyBase64(), ID),
            HMAC + "_BASE64",
            "the same key as LKG_HMAC_KEY_BASE64"),
        Arguments.of(
            List.of(BASE64, KEYS.masterKeyId().toUpperCase(Locale.ROOT), "", ""),
            MASTER + "_ID",
            "the same as CONFIG_MASTER_KEY_ID"),
        Arguments.of(
            List.of(BASE64, KEYS.hmacKeyId(), "", ""), MASTER + "_ID", "as LKG_HMAC_KEY_ID"),
        Arguments.of(
            List.of("", "", BASE64, KEYS.masterKeyId()), HMAC + "_ID", "as CONFIG_MASTER_KEY_ID"),
        Arguments.of(List.of("", "", BASE64, KEYS.hmacKeyId()), HMAC + "_ID", "as LKG_HMAC_KEY_ID"),
        Arguments.of(
            List.of(BASE64, ID, OLD_HMAC.base64(), ID),
            HMAC + "_ID",
            "as CONFIG_MASTER_KEY_OLD_ID"));
  }

  @Test
  void toString_anywhere_holdsNoSecret() {
    KeyRing ring = KeyRing.of(rotated);
    assertThat(
            Stream.of(rotated, master, ring, ring.auditMac(), ring.described())
                .map(Object::toString))
        .allSatisfy(
            text ->
                assertThat(text)
                    .doesNotContain(
                        master.base64(),
                        hmac.base64(),
                        KEYS.masterKeyBase64(),
                        KEYS.hmacKeyBase64()));
  }

  private static Options with(List<String> old) {
    List<String> texts = old.stream().map(text -> text.isEmpty() ? null : text).toList();
    return new Options(
        KEYS.signaturePrivateKeyPem(),
        KEYS.signaturePublicKeyPem(),
        KEYS.masterKeyBase64(),
        KEYS.masterKeyId(),
        KEYS.hmacKeyBase64(),
        KEYS.hmacKeyId(),
        texts.get(0),
        texts.get(1),
        texts.get(2),
        texts.get(3),
        null);
  }
}
