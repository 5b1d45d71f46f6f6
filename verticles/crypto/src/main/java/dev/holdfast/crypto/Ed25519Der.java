package dev.holdfast.crypto;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/** Ed25519 keys in the encodings of RFC 8410. */
final class Ed25519Der {
  /** All of a version 1 PKCS#8 private key but its 32 bytes. */
  private static final byte[] PRIVATE_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  /** All of a SubjectPublicKeyInfo but its 32 bytes; there is no other DER form of it. */
  private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private Ed25519Der() {}

  /**
   * Reads PKCS#8, version 1 or (with the public key attached) 2.
   *
   * @throws IllegalArgumentException when it is anything else
   */
  static Ed25519PrivateKeyParameters readPrivate(byte[] der) {
    if (startsWith(der, PRIVATE_PREFIX)
        && der.length == PRIVATE_PREFIX.length + Ed25519PrivateKeyParameters.KEY_SIZE) {
      return new Ed25519PrivateKeyParameters(der, PRIVATE_PREFIX.length);
    }
    AsymmetricKeyParameter key;
    try {
      key = PrivateKeyFactory.createKey(der);
    } catch (IOException e) {
      throw new IllegalArgumentException("not PKCS#8", e);
    }
    if (key instanceof Ed25519PrivateKeyParameters ed25519) {
      return ed25519;
    }
    throw new IllegalArgumentException("not Ed25519");
  }

  /**
   * Reads a SubjectPublicKeyInfo.
   *
   * @throws IllegalArgumentException when it is anything else, or no point of the curve
   */
  static Ed25519PublicKeyParameters readPublic(byte[] der) {
    if (!startsWith(der, PUBLIC_PREFIX)
        || der.length != PUBLIC_PREFIX.length + Ed25519PublicKeyParameters.KEY_SIZE) {
      throw new IllegalArgumentException("not an Ed25519 SubjectPublicKeyInfo");
    }
    return new Ed25519PublicKeyParameters(der, PUBLIC_PREFIX.length);
  }

  static byte[] write(Ed25519PrivateKeyParameters key) {
    return concat(PRIVATE_PREFIX, key.getEncoded());
  }

  static byte[] write(Ed25519PublicKeyParameters key) {
    return concat(PUBLIC_PREFIX, key.getEncoded());
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static byte[] concat(byte[] head, byte[] tail) {
    byte[] all = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return all;
  }
}
