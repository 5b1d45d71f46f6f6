package dev.holdfast.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.crypto.CryptoVerticle.GeneratedKeys;
import dev.holdfast.crypto.CryptoVerticle.Options;
import dev.holdfast.messages.crypto.Keys;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  private static final String[] VARIABLES = {
    "CONFIG_SIGNATURE_PRIVATE_KEY",
    "CONFIG_SIGNATURE_PUBLIC_KEY",
    "CONFIG_MASTER_KEY_BASE64",
    "CONFIG_MASTER_KEY_ID",
    "LKG_HMAC_KEY_BASE64",
    "LKG_HMAC_KEY_ID"
  };

  private final GeneratedKeys keys = CryptoVerticle.generate();

  @Test
  void generate_twice_givesOtherKeysThatOptionsTakes() {
    GeneratedKeys other = CryptoVerticle.generate();
    assertThat(texts(keys)).doesNotContainAnyElementsOf(texts(other));
    assertThat(CryptoFixture.options(keys)).isNotNull();
    assertThat(UUID.fromString(keys.masterKeyId()).version()).isEqualTo(4);
    assertThat(UUID.fromString(keys.hmacKeyId()).version()).isEqualTo(4);
  }

  @Test
  void generate_privateKey_isReadByTheJdk() throws Exception {
    assertThat(
            KeyFactory.getInstance("Ed25519")
                .generatePrivate(
                    new PKCS8EncodedKeySpec(CryptoFixture.der(keys.signaturePrivateKeyPem())))
                .getAlgorithm())
        .isEqualTo("EdDSA");
  }

  @Test
  void options_jdkMadePairAndUpperCaseIds_areTaken() throws Exception {
    var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Options options =
        new Options(
            Pem.write(Pem.PRIVATE_KEY, pair.getPrivate().getEncoded()).replace("\n", "\r\n"),
            "\n" + Pem.write(Pem.PUBLIC_KEY, pair.getPublic().getEncoded()) + "  ",
            keys.masterKeyBase64(),
            keys.masterKeyId().toUpperCase(Locale.ROOT),
            keys.hmacKeyBase64(),
            keys.hmacKeyId());
    assertThat(KeyRing.of(options).described().checks()).containsKey(keys.masterKeyId());
  }

  @Test
  void options_privateKeyWithPublicKeyAttached_isTaken() {
    byte[] plain = CryptoFixture.der(keys.signaturePrivateKeyPem());
    byte[] publicKey = CryptoFixture.der(keys.signaturePublicKeyPem());
    byte[] attached = HexFormat.of().parseHex("3051020101300506032b657004220420");
    byte[] tag = HexFormat.of().parseHex("812100");
    byte[] version2 = Arrays.copyOf(attached, attached.length + 32 + tag.length + 32);
    System.arraycopy(plain, 16, version2, 16, 32);
    System.arraycopy(tag, 0, version2, 48, tag.length);
    System.arraycopy(publicKey, 12, version2, 51, 32);
    assertThat(with(0, Pem.write(Pem.PRIVATE_KEY, version2))).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void options_malformed_namesTheVariableNeverTheValue(int place, String value) {
    assertThatThrownBy(() -> with(place, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageStartingWith(VARIABLES[place] + ": expected ")
        .satisfies(
            e -> {
              if (!value.isBlank()) {
                assertThat(e.getMessage()).doesNotContain(value.strip());
              }
            });
  }

  static Stream<Arguments> malformed() throws Exception {
    GeneratedKeys keys = CryptoVerticle.generate();
    String ec =
        Pem.write(
            Pem.PRIVATE_KEY,
            KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate().getEncoded());
    String privatePem = keys.signaturePrivateKeyPem();
    String publicPem = keys.signaturePublicKeyPem();
    List<Object[]> cases =
        List.of(
            new Object[] {0, ""},
            new Object[] {0, "hunter2"},
            new Object[] {0, publicPem},
            new Object[] {0, ec},
            new Object[] {0, privatePem + privatePem},
            new Object[] {0, privatePem.substring(0, privatePem.length() - 3)},
            new Object[] {0, privatePem.replace("MC4C", "MC4D")},
            new Object[] {0, "comment\n" + privatePem},
            new Object[] {1, ""},
            new Object[] {1, privatePem},
            new Object[] {1, publicPem + "hunter2"},
            new Object[] {1, publicPem.replace("PUBLIC", "EC PUBLIC")},
            new Object[] {2, "aHVudGVyMg=="},
            new Object[] {2, "hunter2!"},
            new Object[] {2, ""},
            new Object[] {3, "hunter2"},
            new Object[] {3, new UUID(0, 0).toString()},
            new Object[] {3, "1-1-1-1-1"},
            new Object[] {4, Base64.getEncoder().encodeToString(new byte[33])},
            new Object[] {5, " "});
    return cases.stream().map(Arguments::of);
  }

  @Test
  void options_pairThatDoesNotMatch_isRefused() {
    assertThatThrownBy(() -> with(1, CryptoVerticle.generate().signaturePublicKeyPem()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("CONFIG_SIGNATURE_PUBLIC_KEY does not belong to CONFIG_SIGNATURE_PRIVATE_KEY");
  }

  @Test
  void options_oneIdForTwoKeys_isRefused() {
    assertThatThrownBy(() -> with(5, keys.masterKeyId().toUpperCase(Locale.ROOT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("LKG_HMAC_KEY_ID: ");
  }

  @Test
  void described_severalPublicKeys_putsTheSigningOneFirst() {
    String other = CryptoVerticle.generate().signaturePublicKeyPem();
    String own = keys.signaturePublicKeyPem();
    Keys described = KeyRing.of(with(1, other + own + other)).described();
    assertThat(described.signatureKeys())
        .extracting(Keys.PublicKey::pem)
        .containsExactly(own, other);
    assertThat(described.signatureKeys())
        .extracting(Keys.PublicKey::signing)
        .containsExactly(true, false);
    assertThat(described.signatureKeys().get(0).id())
        .isEqualTo(KeyRing.sha256(CryptoFixture.der(own)).substring(0, 16));
  }

  @Test
  void described_checks_areHalfAnHmacOverTheId() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(keys.masterKeyBase64()), "HmacSHA256"));
    byte[] full =
        mac.doFinal(("holdfast-key-check|" + keys.masterKeyId()).getBytes(StandardCharsets.UTF_8));
    assertThat(KeyRing.of(CryptoFixture.options(keys)).described().checks())
        .containsOnlyKeys(keys.masterKeyId(), keys.hmacKeyId())
        .containsEntry(keys.masterKeyId(), HexFormat.of().formatHex(full, 0, 16));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4})
  void toString_anywhere_holdsNoSecret(int place) {
    Options options = CryptoFixture.options(keys);
    String secret = texts(keys).get(place).replaceAll("-----[A-Z ]+-----|\\s", "");
    assertThat(List.of(options.toString(), keys.toString(), KeyRing.of(options).toString()))
        .noneMatch(text -> text.contains(secret));
  }

  private Options with(int place, String value) {
    String[] texts = texts(keys).toArray(new String[0]);
    texts[place] = value;
    return new Options(texts[0], texts[1], texts[2], texts[3], texts[4], texts[5]);
  }

  private static List<String> texts(GeneratedKeys keys) {
    return List.of(
        keys.signaturePrivateKeyPem(),
        keys.signaturePublicKeyPem(),
        keys.masterKeyBase64(),
        keys.masterKeyId(),
        keys.hmacKeyBase64(),
        keys.hmacKeyId());
  }
}
