package dev.holdfast.crypto;

import dev.holdfast.crypto.CryptoVerticle.GeneratedKeys;
import dev.holdfast.crypto.CryptoVerticle.RotatedSecret;
import dev.holdfast.crypto.CryptoVerticle.RotatedSignature;
import dev.holdfast.messages.crypto.Keys.PublicKey;
import dev.holdfast.model.Times;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.stream.Collectors;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/** Makes keys. */
final class KeyMaker {
  private KeyMaker() {}

  static GeneratedKeys all(SecureRandom random) {
    Ed25519PrivateKeyParameters signature = new Ed25519PrivateKeyParameters(random);
    RotatedSecret master = secret(random);
    RotatedSecret hmac = secret(random);
    return new GeneratedKeys(
        privatePem(signature),
        Pem.write(Pem.PUBLIC_KEY, Ed25519Der.write(signature.generatePublicKey())),
        master.base64(),
        master.id(),
        hmac.base64(),
        hmac.id());
  }

  static RotatedSecret secret(SecureRandom random) {
    byte[] key = new byte[SymmetricKey.BYTES];
    random.nextBytes(key);
    return new RotatedSecret(Base64Text.write(key), UUID.randomUUID().toString());
  }

  /** A key to follow another, which endorses it. */
  static RotatedSignature signature(SecureRandom random, SignatureKeys old, Clock clock) {
    Ed25519PrivateKeyParameters fresh = new Ed25519PrivateKeyParameters(random);
    byte[] der = Ed25519Der.write(fresh.generatePublicKey());
    return new RotatedSignature(
        privatePem(fresh),
        old.publicKeys().stream()
            .map(PublicKey::pem)
            .collect(Collectors.joining("", Pem.write(Pem.PUBLIC_KEY, der), "")),
        old.endorse(
            SignatureKeys.id(der), Times.format(clock.instant().truncatedTo(ChronoUnit.SECONDS))));
  }

  private static String privatePem(Ed25519PrivateKeyParameters key) {
    return Pem.write(Pem.PRIVATE_KEY, Ed25519Der.write(key));
  }
}
