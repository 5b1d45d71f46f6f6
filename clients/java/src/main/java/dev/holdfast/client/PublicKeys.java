package dev.holdfast.client;

import io.vertx.core.json.JsonObject;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Ed25519 keys (RFC 8032) by any of which an update may be signed. Safe for use by several
 * threads.
 */
final class PublicKeys {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]{1,1000})-----END PUBLIC KEY-----");
  private static final String FORM = "one or more Ed25519 public keys in PEM";

  private final List<PublicKey> keys;

  private PublicKeys(List<PublicKey> keys) {
    this.keys = new CopyOnWriteArrayList<>(keys);
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

  /**
   * Takes a key that is not known yet, as {@code GET /keys} lists it, where one that is known
   * endorses it. False where it does not, or where it is known.
   */
  synchronized boolean adopt(JsonObject listed) {
    try {
      PublicKey key = ofPem(listed.getString("public_key")).keys.get(0);
      JsonObject endorsement = listed.getJsonObject("endorsement");
      if (endorsement == null || keys.contains(key)) {
        return false;
      }
      String by = endorsement.getString("by");
      String statement =
          String.join("|", "holdfast-endorsement", by, id(key), endorsement.getString("since"));
      byte[] signature = Base64.getDecoder().decode(endorsement.getString("signature"));
      boolean endorsed =
          keys.stream()
              .anyMatch(known -> id(known).equals(by) && verify(known, statement, signature));
      return endorsed && keys.add(key);
    } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
      return false; // not of its form
    }
  }

  /** Whether one of the keys signed that text. */
  boolean verify(String signed, byte[] signature) {
    return keys.stream().anyMatch(key -> verify(key, signed, signature));
  }

  private static boolean verify(PublicKey key, String signed, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(signed.getBytes(StandardCharsets.UTF_8));
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false; // It cannot even be decoded, so no key signed it.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  /** The first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo. */
  private static String id(PublicKey key) {
    return Verifier.sha256(key.getEncoded()).substring(0, 16);
  }
}
