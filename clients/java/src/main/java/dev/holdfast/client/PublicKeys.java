package dev.holdfast.client;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * The Ed25519 keys (RFC 8032) by any of which an update may be signed. Safe for use by several
 * threads.
 */
final class PublicKeys {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]{1,1000})-----END PUBLIC KEY-----");
  private static final String FORM = "one or more Ed25519 public keys in PEM";

  private final List<Ed25519PublicKeyParameters> keys;

  private PublicKeys(List<Ed25519PublicKeyParameters> keys) {
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
    List<Ed25519PublicKeyParameters> keys = new ArrayList<>();
    try {
      while (block.find()) {
        byte[] der = Base64.getMimeDecoder().decode(block.group(1));
        keys.add((Ed25519PublicKeyParameters) PublicKeyFactory.createKey(der));
      }
    } catch (IOException | ClassCastException | IllegalArgumentException e) {
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
      Ed25519PublicKeyParameters key = ofPem(listed.getString("public_key")).keys.get(0);
      JsonObject endorsement = listed.getJsonObject("endorsement");
      if (endorsement == null || knows(key)) {
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

  private boolean knows(Ed25519PublicKeyParameters key) {
    return keys.stream().anyMatch(known -> id(known).equals(id(key)));
  }

  /** Whether one of the keys signed that text. */
  boolean verify(String signed, byte[] signature) {
    return keys.stream().anyMatch(key -> verify(key, signed, signature));
  }

  private static boolean verify(Ed25519PublicKeyParameters key, String signed, byte[] signature) {
    byte[] bytes = signed.getBytes(StandardCharsets.UTF_8);
    // That of the Java platform takes ten times as long.
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, key);
    verifier.update(bytes, 0, bytes.length);
    return verifier.verifySignature(signature);
  }

  /** The first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo. */
  private static String id(Ed25519PublicKeyParameters key) {
    try {
      return Verifier.sha256(
              SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded())
          .substring(0, 16);
    } catch (IOException e) {
      throw new IllegalStateException("every public key can be written", e);
    }
  }
}
