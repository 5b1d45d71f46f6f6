package dev.holdfast.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Ed25519 keys (RFC 8032) by any of which an update may be signed. */
final class PublicKeys {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]{1,1000})-----END PUBLIC KEY-----");
  private static final String FORM = "one or more Ed25519 public keys in PEM";

  private final List<PublicKey> keys;

  private PublicKeys(List<PublicKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads one or more PEM blocks (SubjectPublicKeyInfo). {@code \n} may stand for a line break, as
   * in environment variables.
   *
   * @throws IllegalArgumentException where there is none, or one that is no Ed25519 key
   */
  static PublicKeys ofPem(String pem) {
    Matcher block = BLOCK.matcher(pem.replace("\\n", "\n"));
    List<PublicKey> keys = new ArrayList<>();
    try {
      KeyFactory factory = KeyFactory.getInstance("Ed25519");
      while (block.find()) {
        byte[] der = Base64.getMimeDecoder().decode(block.group(1));
        keys.add(factory.generatePublic(new X509EncodedKeySpec(der)));
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("publicKeys: not readable (expected: " + FORM + ")", e);
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("publicKeys: none (expected: " + FORM + ")");
    }
    return new PublicKeys(keys);
  }

  /** Whether one of the keys signed that text. */
  boolean verify(String signed, byte[] signature) {
    byte[] bytes = signed.getBytes(StandardCharsets.UTF_8);
    for (PublicKey key : keys) {
      try {
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(bytes);
        if (verifier.verify(signature)) {
          return true;
        }
      } catch (SignatureException e) {
        // It cannot even be decoded, so no key signed it.
        return false;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has Ed25519", e);
      }
    }
    return false;
  }
}
