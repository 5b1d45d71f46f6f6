package dev.holdfast.crypto;

import dev.holdfast.messages.crypto.Keys.Endorsement;
import dev.holdfast.messages.crypto.Keys.PublicKey;
import dev.holdfast.model.Times;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.jspecify.annotations.Nullable;

/** The key that signs, and the public keys that verify. Safe for use by several threads. */
final class SignatureKeys {
  private static final String SEPARATOR = "|";

  private final Ed25519PrivateKeyParameters signing;
  private final List<PublicKey> publicKeys;

  private SignatureKeys(Ed25519PrivateKeyParameters signing, List<PublicKey> publicKeys) {
    this.signing = signing;
    this.publicKeys = publicKeys;
  }

  /**
   * Reads the texts of {@code CONFIG_SIGNATURE_PRIVATE_KEY}, {@code …_PUBLIC_KEY} and {@code
   * …_ENDORSEMENT}.
   *
   * @throws IllegalArgumentException that names the variable and the legal form, never the value
   */
  static SignatureKeys read(String privatePem, String publicPems, @Nullable String endorsement) {
    Ed25519PrivateKeyParameters signing = privateKey(privatePem);
    List<PublicKey> keys = publicKeys(publicPems, signing.generatePublicKey());
    if (endorsement != null) {
      PublicKey own = keys.get(0);
      keys.set(0, new PublicKey(own.id(), own.pem(), true, endorsement(endorsement.strip(), keys)));
    }
    return new SignatureKeys(signing, List.copyOf(keys));
  }

  /** The one that signs first. */
  List<PublicKey> publicKeys() {
    return publicKeys;
  }

  /** Standard base64 of the Ed25519 signature over a text in UTF-8. */
  String sign(String text) {
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, signing);
    signer.update(message, 0, message.length);
    return Base64Text.write(signer.generateSignature());
  }

  /** The statement that the key of id {@code next} follows, as {@code …_ENDORSEMENT} holds it. */
  String endorse(String next, String since) {
    String by = publicKeys.get(0).id();
    return String.join(SEPARATOR, by, since, sign(statement(by, next, since)));
  }

  /** The id of a public key. */
  static String id(byte[] der) {
    return KeyRing.sha256(der).substring(0, 16);
  }

  @Override
  public String toString() {
    return "SignatureKeys[********]";
  }

  private static String statement(String by, String next, String since) {
    return String.join(SEPARATOR, "holdfast-endorsement", by, next, since);
  }

  /** Reads and verifies what another of the keys says about the first one. */
  private static Endorsement endorsement(String text, List<PublicKey> keys) {
    String[] parts = text.split("\\|", -1);
    if (parts.length != 3 || !isTime(parts[1])) {
      throw refused(
          "expected <id of the old key>|<since, RFC 3339>|<signature in base64>,"
              + " as it was printed when the key was rotated");
    }
    PublicKey by =
        keys.stream()
            .skip(1)
            .filter(key -> key.id().equals(parts[0]))
            .findFirst()
            .orElseThrow(
                () ->
                    refused(
                        "expected the statement of another key in CONFIG_SIGNATURE_PUBLIC_KEY;"
                            + " when the old key is taken out there, take this out too"));
    if (!verifies(by, statement(parts[0], keys.get(0).id(), parts[1]), parts[2])) {
      throw refused(
          "expected a signature of the old key that endorses the key of"
              + " CONFIG_SIGNATURE_PRIVATE_KEY");
    }
    return new Endorsement(parts[0], parts[1], parts[2]);
  }

  private static IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("CONFIG_SIGNATURE_ENDORSEMENT: " + why);
  }

  private static boolean isTime(String text) {
    try {
      return !Times.format(Times.parse(text)).isEmpty();
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean verifies(PublicKey by, String text, String base64) {
    byte[] signature;
    try {
      signature = Base64Text.read(base64);
    } catch (IllegalArgumentException e) {
      return false;
    }
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, Ed25519Der.readPublic(Pem.read(by.pem(), Pem.PUBLIC_KEY).get(0)));
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }

  private static Ed25519PrivateKeyParameters privateKey(String pem) {
    try {
      List<byte[]> blocks = Pem.read(pem, Pem.PRIVATE_KEY);
      if (blocks.size() == 1) {
        return Ed25519Der.readPrivate(blocks.get(0));
      }
    } catch (RuntimeException e) {
      // Left out as a cause: a parser's message may quote what it read.
      throw noPrivateKey();
    }
    throw noPrivateKey();
  }

  private static IllegalArgumentException noPrivateKey() {
    return new IllegalArgumentException(
        "CONFIG_SIGNATURE_PRIVATE_KEY: expected an Ed25519 private key, PKCS#8 PEM");
  }

  private static List<PublicKey> publicKeys(String pem, Ed25519PublicKeyParameters signing) {
    List<byte[]> ders = new ArrayList<>();
    try {
      for (byte[] der : Pem.read(pem, Pem.PUBLIC_KEY)) {
        ders.add(Ed25519Der.write(Ed25519Der.readPublic(der)));
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "CONFIG_SIGNATURE_PUBLIC_KEY: expected one or more Ed25519 public keys,"
              + " SubjectPublicKeyInfo PEM");
    }
    byte[] own = Ed25519Der.write(signing);
    if (ders.stream().noneMatch(der -> Arrays.equals(der, own))) {
      throw new IllegalArgumentException(
          "CONFIG_SIGNATURE_PUBLIC_KEY does not belong to CONFIG_SIGNATURE_PRIVATE_KEY");
    }
    ders.add(0, own);
    return ders.stream()
        .map(der -> publicKey(der, Arrays.equals(der, own)))
        .distinct()
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static PublicKey publicKey(byte[] der, boolean signing) {
    return new PublicKey(id(der), Pem.write(Pem.PUBLIC_KEY, der), signing, null);
  }
}
