package dev.holdfast.crypto;

import dev.holdfast.crypto.CryptoVerticle.GeneratedKeys;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/** Makes keys. */
final class KeyMaker {
  private KeyMaker() {}

  static GeneratedKeys make(SecureRandom random) {
    Ed25519PrivateKeyParameters signature = new Ed25519PrivateKeyParameters(random);
    return new GeneratedKeys(
        Pem.write(Pem.PRIVATE_KEY, Ed25519Der.write(signature)),
        Pem.write(Pem.PUBLIC_KEY, Ed25519Der.write(signature.generatePublicKey())),
        secret(random),
        UUID.randomUUID().toString(),
        secret(random),
        UUID.randomUUID().toString());
  }

  private static String secret(SecureRandom random) {
    byte[] key = new byte[KeyRing.KEY_BYTES];
    random.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }
}
