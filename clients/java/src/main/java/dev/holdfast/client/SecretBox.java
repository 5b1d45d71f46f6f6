package dev.holdfast.client;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals the secrets of a service for the copy on disk: AES-256-GCM (NIST SP 800-38D) with a fresh
 * random nonce, bound to the service and the state they belong to, so that they open nowhere else.
 */
final class SecretBox {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  /** {@code key} is of 32 bytes. */
  SecretBox(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  /** Base64 of nonce, ciphertext and tag. */
  String seal(Map<String, SecretValue> secrets, String service, Update.Mark mark) {
    Map<String, String> plain = new TreeMap<>();
    secrets.forEach((name, value) -> plain.put(name, value.reveal()));
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] text = CanonicalJson.write(plain).getBytes(StandardCharsets.UTF_8);
    byte[] ciphertext = run(Cipher.ENCRYPT_MODE, nonce, text, service, mark);
    byte[] sealed =
        ByteBuffer.allocate(NONCE_BYTES + ciphertext.length).put(nonce).put(ciphertext).array();
    return Base64.getEncoder().encodeToString(sealed);
  }

  /**
   * The secrets.
   *
   * @throws HoldfastException where they do not open, whatever the cause
   */
  Map<String, SecretValue> open(String box, String service, Update.Mark mark) {
    Map<String, SecretValue> secrets = new HashMap<>();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(box));
      byte[] nonce = new byte[NONCE_BYTES];
      bytes.get(nonce);
      byte[] ciphertext = new byte[bytes.remaining()];
      bytes.get(ciphertext);
      byte[] plain = run(Cipher.DECRYPT_MODE, nonce, ciphertext, service, mark);
      StrictJson.object(plain)
          .forEach((name, value) -> secrets.put(name, SecretValue.of((String) value)));
    } catch (RuntimeException e) {
      throw new HoldfastException(0, "the secrets of the copy do not open", e);
    }
    return secrets;
  }

  private byte[] run(int mode, byte[] nonce, byte[] input, String service, Update.Mark mark) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(
          CanonicalJson.write(
                  Map.of(
                      "domain",
                      "holdfast-client-cache",
                      "service",
                      service,
                      "config_epoch",
                      mark.epoch(),
                      "version",
                      mark.version()))
              .getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed", e);
    }
  }
}
