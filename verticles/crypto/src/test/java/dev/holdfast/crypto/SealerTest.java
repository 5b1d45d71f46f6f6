package dev.holdfast.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.crypto.OpenSecrets;
import dev.holdfast.messages.crypto.ResealSecrets;
import dev.holdfast.messages.crypto.SealSecrets;
import dev.holdfast.messages.crypto.SealSecrets.Plain;
import dev.holdfast.messages.crypto.SealedSecret;
import dev.holdfast.messages.crypto.SecretsOpened;
import dev.holdfast.messages.crypto.SecretsOpened.Opened;
import dev.holdfast.messages.crypto.SecretsResealed.Resealed;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealerTest {
  private static final String ID = "3f0c9b52-6f0e-4d7a-9c5e-2b8a7d1e4f60";
  private static final String OTHER_ID = "90d1b0f4-3c79-4b45-8d5f-0a3f6f0f8a11";
  private static final Opened REFUSED = new Opened(null, SecretsOpened.DOES_NOT_OPEN);
  private static final Opened UNKNOWN = new Opened(null, SecretsOpened.UNKNOWN_KEY);

  private final SymmetricKey key = fresh(ID);
  private final Sealer sealer = sealer(key, null);

  /** Test case 16 of the specification of GCM (McGrew and Viega), with AES-256. */
  @Test
  void gcm_vectorOfTheSpecification_isMet() throws AEADBadTagException {
    SymmetricKey vectorKey =
        new SymmetricKey(ID, hex("feffe9928665731c6d6a8f9467308308".repeat(2)));
    byte[] nonce = hex("cafebabefacedbaddecaf888");
    byte[] data = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    byte[] clear =
        hex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    byte[] sealed =
        hex(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b");
    assertThat(Sealer.gcm(Cipher.ENCRYPT_MODE, vectorKey, nonce, data, clear)).isEqualTo(sealed);
    assertThat(Sealer.gcm(Cipher.DECRYPT_MODE, vectorKey, nonce, data, sealed)).isEqualTo(clear);
  }

  /** The value was made with another implementation (OpenSSL through Python's cryptography). */
  @Test
  void seal_knownKeyAndNonce_givesTheDocumentedForm() {
    byte[] counted = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    Sealer known =
        new Sealer(
            new SecretKeys(new SymmetricKey(ID, counted), null),
            () -> hex("a0a1a2a3a4a5a6a7a8a9aaab"),
            0);
    assertThat(seal(known, "tts-worker", "eleven_api_key", "Grüß Gott, sk-1234").sealed())
        .isEqualTo(
            new Sealed("oKGio6SlpqeoqaqroWq/kYZUIvgNEfP/Jwmr80GeaiTzmSQMbbLS5gOkfgw1TJaw", ID));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 1000, 1_000_000})
  void open_whatWasSealed_givesItBack(int length) {
    String value = "ü".repeat(length);
    SealedSecret sealed = seal(sealer, "stt-worker", "a.key", value);
    assertThat(open(sealer, sealed)).isEqualTo(new Opened(SecretValue.of(value), null));
  }

  /** Of every kind: other service, other key, other key id; with its key id and without. */
  @Test
  void open_everyPairOfFiftyRowsSwapped_opensNone() {
    SymmetricKey old = fresh(OTHER_ID);
    Sealer before = sealer(old, null);
    Sealer both = sealer(key, old);
    List<SealedSecret> rows =
        IntStream.range(0, 50)
            .mapToObj(
                i -> seal(i % 2 == 0 ? both : before, "service-" + i / 10, "key" + i % 10, "v" + i))
            .toList();
    assertThat(both.open(new OpenSecrets(rows)).opened())
        .extracting(Opened::value)
        .doesNotHaveDuplicates()
        .doesNotContainNull();
    for (SealedSecret from : rows) {
      for (SealedSecret to : rows) {
        if (!from.equals(to)) {
          Sealed value = new Sealed(from.sealed().value(), to.sealed().keyId());
          for (Sealed moved : List.of(from.sealed(), value)) {
            assertThat(open(both, new SealedSecret(to.service(), to.key(), moved)))
                .isEqualTo(REFUSED);
          }
        }
      }
    }
  }

  @Test
  void open_keyIdOfAnotherKeyWithTheSameBytes_doesNotOpen() {
    byte[] bytes = new byte[SymmetricKey.BYTES];
    SealedSecret sealed = seal(sealer(new SymmetricKey(ID, bytes), null), "router", "k", "v");
    Sealer renamed = sealer(new SymmetricKey(OTHER_ID, bytes), null);
    Sealed moved = new Sealed(sealed.sealed().value(), OTHER_ID);
    assertThat(open(renamed, sealed)).isEqualTo(UNKNOWN);
    assertThat(open(renamed, new SealedSecret("router", "k", moved))).isEqualTo(REFUSED);
  }

  @Test
  void open_sameLettersOtherwiseDivided_doesNotOpen() {
    Sealed sealed = seal(sealer, "ab", "c", "v").sealed();
    assertThat(open(sealer, new SealedSecret("a", "bc", sealed))).isEqualTo(REFUSED);
  }

  @Test
  void open_otherBytesUnderTheSameId_doesNotOpen() {
    SealedSecret sealed = seal(sealer, "router", "k", "v");
    assertThat(open(sealer(fresh(ID), null), sealed)).isEqualTo(REFUSED);
  }

  /** All three lengths of padding; any bit of the text, so also those that base64 ignores. */
  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "hunter22", "hunter222"})
  void open_anyBitOfTheValueChanged_doesNotOpen(String value) {
    Sealed sealed = seal(sealer, "router", "k", value).sealed();
    for (int at = 0; at < sealed.value().length(); at++) {
      for (int bit = 0; bit < 16; bit++) {
        StringBuilder changed = new StringBuilder(sealed.value());
        changed.setCharAt(at, (char) (changed.charAt(at) ^ 1 << bit));
        assertThat(openText(changed.toString())).isEqualTo(REFUSED);
      }
    }
  }

  @Test
  void open_noSealedValueOrAnotherSpelling_doesNotOpen() {
    String value = seal(sealer, "router", "k", "hunter222").sealed().value();
    assertThat(value).endsWith("=");
    for (String text :
        List.of(
            "",
            "hunter2",
            "AAAA",
            Base64Text.write(new byte[27]),
            Base64Text.write(new byte[28]),
            value.replace("=", ""),
            value + "\n",
            " " + value,
            value.substring(0, 4) + "\r\n" + value.substring(4),
            value + value,
            value.substring(4))) {
      assertThat(openText(text)).isEqualTo(REFUSED);
    }
  }

  @Test
  void open_oneThatDoesNot_failsAlone() {
    SealedSecret good = seal(sealer, "router", "k", "v");
    SealedSecret moved = new SealedSecret("router", "other", good.sealed());
    Sealed foreign = seal(sealer(fresh(OTHER_ID), null), "router", "k", "v").sealed();
    List<SealedSecret> rows = List.of(moved, good, new SealedSecret("router", "k", foreign), good);
    Opened opened = new Opened(SecretValue.of("v"), null);
    assertThat(sealer.open(new OpenSecrets(rows)).opened())
        .containsExactly(REFUSED, opened, UNKNOWN, opened);
    assertThat(sealer.reseal(new ResealSecrets(rows)).resealed())
        .extracting(Resealed::fault)
        .containsExactly(SecretsOpened.DOES_NOT_OPEN, null, SecretsOpened.UNKNOWN_KEY, null);
  }

  @Test
  void reseal_underTheOldKey_opensWithThePresentOneAlone() {
    SealedSecret old = seal(sealer, "router", "k", "v");
    SymmetricKey next = fresh(OTHER_ID);
    Sealed resealed =
        sealer(next, key).reseal(new ResealSecrets(List.of(old))).resealed().get(0).sealed();
    assertThat(resealed.keyId()).isEqualTo(OTHER_ID);
    assertThat(open(sealer(next, null), new SealedSecret("router", "k", resealed)))
        .isEqualTo(new Opened(SecretValue.of("v"), null));
    assertThat(open(sealer(next, null), old)).isEqualTo(UNKNOWN);
  }

  /**
   * Compares the first eight of the twelve bytes, which is more than is promised. {@code
   * -Dholdfast.seals=10000000} runs the long form.
   */
  @Test
  void seal_overFourStarts_repeatsNoNonce() {
    int perProcess = Integer.getInteger("holdfast.seals", 100_000) / 4;
    SealSecrets one = new SealSecrets(List.of(new Plain("router", "k", SecretValue.of("v"))));
    long[] nonces =
        IntStream.range(0, 4)
            .mapToObj(process -> sealer(key, null))
            .flatMapToLong(
                process ->
                    IntStream.range(0, perProcess)
                        .mapToLong(i -> firstBytes(process.seal(one).sealed().get(0))))
            .sorted()
            .toArray();
    assertThat(nonces).hasSize(4 * perProcess);
    for (int i = 1; i < nonces.length; i++) {
      if (nonces[i - 1] == nonces[i]) {
        throw new AssertionError("a nonce was repeated");
      }
    }
  }

  @Test
  void seal_afterTheMostUnderOneKey_isRefused() {
    Sealer worn =
        new Sealer(
            new SecretKeys(key, null), () -> new byte[Sealer.NONCE_BYTES], Sealer.MOST_SEALS - 1);
    SealedSecret last = seal(worn, "router", "k", "v");
    assertThatThrownBy(() -> seal(worn, "router", "k", "v"))
        .isInstanceOfSatisfying(
            BusFailure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(FailureCode.UNAVAILABLE);
              assertThat(failure.detail()).contains(ID, "4294967296", "rotate");
            });
    assertThatThrownBy(() -> worn.reseal(new ResealSecrets(List.of(last))))
        .isInstanceOf(BusFailure.class);
    assertThat(open(worn, last).value()).isEqualTo(SecretValue.of("v"));
  }

  private Opened openText(String value) {
    return open(sealer, new SealedSecret("router", "k", new Sealed(value, ID)));
  }

  private static long firstBytes(Sealed sealed) {
    return ByteBuffer.wrap(Base64Text.read(sealed.value().substring(0, 16))).getLong();
  }

  private static SealedSecret seal(Sealer by, String service, String key, String value) {
    SealSecrets asked = new SealSecrets(List.of(new Plain(service, key, SecretValue.of(value))));
    return new SealedSecret(service, key, by.seal(asked).sealed().get(0));
  }

  private static Opened open(Sealer by, SealedSecret secret) {
    return by.open(new OpenSecrets(List.of(secret))).opened().get(0);
  }

  private static SymmetricKey fresh(String id) {
    byte[] bytes = new byte[SymmetricKey.BYTES];
    new SecureRandom().nextBytes(bytes);
    return new SymmetricKey(id, bytes);
  }

  private static Sealer sealer(SymmetricKey present, SymmetricKey old) {
    return Sealer.of(new SecretKeys(present, old), new SecureRandom());
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
