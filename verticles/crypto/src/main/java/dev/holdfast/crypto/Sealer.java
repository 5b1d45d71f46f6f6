package dev.holdfast.crypto;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.crypto.OpenSecrets;
import dev.holdfast.messages.crypto.ResealSecrets;
import dev.holdfast.messages.crypto.SealSecrets;
import dev.holdfast.messages.crypto.SealedSecret;
import dev.holdfast.messages.crypto.SecretsOpened;
import dev.holdfast.messages.crypto.SecretsOpened.Opened;
import dev.holdfast.messages.crypto.SecretsResealed;
import dev.holdfast.messages.crypto.SecretsResealed.Resealed;
import dev.holdfast.messages.crypto.SecretsSealed;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals with the present master key, opens with it or the old one: AES-256-GCM (NIST SP 800-38D).
 * The associated data bind a sealed secret to its service, its key and its key id. Why one does not
 * open is never told. Safe for use by several threads.
 */
final class Sealer {
  static final int NONCE_BYTES = 12;

  /**
   * With random nonces no more may be sealed under one key (SP 800-38D, section 8.3): up to here
   * the chance of a repeated nonce stays below 2⁻³².
   */
  static final long MOST_SEALS = 1L << 32;

  private static final int TAG_BYTES = 16;
  private static final String DOMAIN = "holdfast.secret.v1";

  /** What one secret costs at least, as if it were so many characters more. */
  private static final long PER_SECRET = 2048;

  private final SecretKeys keys;
  private final Supplier<byte[]> nonces;
  private final AtomicLong seals;

  /**
   * @param nonces gives {@link #NONCE_BYTES} bytes, never the same twice
   * @param seals how many were sealed under the present key before
   */
  Sealer(SecretKeys keys, Supplier<byte[]> nonces, long seals) {
    this.keys = keys;
    this.nonces = nonces;
    this.seals = new AtomicLong(seals);
  }

  /** With random nonces; the count of seals begins at 0. */
  static Sealer of(SecretKeys keys, SecureRandom random) {
    return new Sealer(
        keys,
        () -> {
          byte[] nonce = new byte[NONCE_BYTES];
          random.nextBytes(nonce);
          return nonce;
        },
        0);
  }

  /** Fails {@code UNAVAILABLE} when the present key has sealed {@link #MOST_SEALS} already. */
  SecretsSealed seal(SealSecrets asked) {
    return new SecretsSealed(
        asked.secrets().stream()
            .map(
                it -> {
                  byte[] clear = it.value().reveal().getBytes(StandardCharsets.UTF_8);
                  try {
                    return seal(it.service(), it.key(), clear);
                  } finally {
                    Arrays.fill(clear, (byte) 0);
                  }
                })
            .toList());
  }

  SecretsOpened open(OpenSecrets asked) {
    return new SecretsOpened(
        asked.secrets().stream()
            .map(
                it ->
                    open(
                        it,
                        clear ->
                            new Opened(
                                SecretValue.of(new String(clear, StandardCharsets.UTF_8)), null),
                        fault -> new Opened(null, fault)))
            .toList());
  }

  /** Fails as {@link #seal(SealSecrets)} does. */
  SecretsResealed reseal(ResealSecrets asked) {
    return new SecretsResealed(
        asked.secrets().stream()
            .map(
                it ->
                    open(
                        it,
                        clear -> new Resealed(seal(it.service(), it.key(), clear), null),
                        fault -> new Resealed(null, fault)))
            .toList());
  }

  /** How much work it is, in characters. */
  static long size(SealSecrets asked) {
    return asked.secrets().stream()
        .mapToLong(it -> PER_SECRET + it.value().reveal().length())
        .sum();
  }

  /** How much work it is, in characters. */
  static long size(List<SealedSecret> secrets) {
    return secrets.stream().mapToLong(it -> PER_SECRET + it.sealed().value().length()).sum();
  }

  private Sealed seal(String service, String key, byte[] clear) {
    SymmetricKey present = keys.present();
    if (seals.getAndIncrement() >= MOST_SEALS) {
      throw BusFailure.of(
          FailureCode.UNAVAILABLE,
          "the master key %s has sealed %d secrets (expected: no more under one key); rotate it"
              .formatted(present.id(), MOST_SEALS));
    }
    byte[] nonce = nonces.get();
    byte[] data = associatedData(service, key, present.id());
    try {
      byte[] text = gcm(Cipher.ENCRYPT_MODE, present, nonce, data, clear);
      byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + text.length);
      System.arraycopy(text, 0, sealed, NONCE_BYTES, text.length);
      return new Sealed(Base64Text.write(sealed), present.id());
    } catch (AEADBadTagException e) {
      throw new IllegalStateException("there is no tag to check", e);
    }
  }

  /** The clear bytes are erased once they have been used. */
  private <T> T open(SealedSecret secret, Function<byte[], T> use, Function<String, T> fault) {
    String keyId = secret.sealed().keyId();
    SymmetricKey key = keys.find(keyId);
    if (key == null) {
      return fault.apply(SecretsOpened.UNKNOWN_KEY);
    }
    byte[] clear;
    try {
      byte[] sealed = Base64Text.read(secret.sealed().value());
      if (sealed.length < NONCE_BYTES + TAG_BYTES) {
        return fault.apply(SecretsOpened.DOES_NOT_OPEN);
      }
      clear =
          gcm(
              Cipher.DECRYPT_MODE,
              key,
              Arrays.copyOf(sealed, NONCE_BYTES),
              associatedData(secret.service(), secret.key(), keyId),
              Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length));
    } catch (IllegalArgumentException | AEADBadTagException e) {
      return fault.apply(SecretsOpened.DOES_NOT_OPEN);
    }
    try {
      return use.apply(clear);
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }

  /** Text and tag from clear bytes, or the other way round. */
  static byte[] gcm(int mode, SymmetricKey key, byte[] nonce, byte[] data, byte[] input)
      throws AEADBadTagException {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key.aes(), new GCMParameterSpec(8 * TAG_BYTES, nonce));
      cipher.updateAAD(data);
      return cipher.doFinal(input);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES in GCM", e);
    }
  }

  /** Of each part: its length in UTF-8 (four bytes, the highest first), then its bytes. */
  private static byte[] associatedData(String service, String key, String keyId) {
    List<byte[]> parts =
        Stream.of(DOMAIN, service, key, keyId)
            .map(part -> part.getBytes(StandardCharsets.UTF_8))
            .toList();
    ByteBuffer data =
        ByteBuffer.allocate(parts.stream().mapToInt(part -> Integer.BYTES + part.length).sum());
    parts.forEach(part -> data.putInt(part.length).put(part));
    return data.array();
  }
}
