package dev.holdfast.crypto;

import dev.holdfast.crypto.CryptoVerticle.GeneratedKeys;
import dev.holdfast.crypto.CryptoVerticle.Options;
import dev.holdfast.crypto.CryptoVerticle.RotatedSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keys, a clock that is set by hand, and the JDK's own view of a signature. */
final class CryptoFixture {
  private CryptoFixture() {}

  static Options options(GeneratedKeys keys) {
    return new Options(
        keys.signaturePrivateKeyPem(),
        keys.signaturePublicKeyPem(),
        keys.masterKeyBase64(),
        keys.masterKeyId(),
        keys.hmacKeyBase64(),
        keys.hmacKeyId());
  }

  /** The keys after both secret ones were rotated. */
  static Options rotated(GeneratedKeys keys, RotatedSecret master, RotatedSecret hmac) {
    return new Options(
        keys.signaturePrivateKeyPem(),
        keys.signaturePublicKeyPem(),
        master.base64(),
        master.id(),
        hmac.base64(),
        hmac.id(),
        keys.masterKeyBase64(),
        keys.masterKeyId(),
        keys.hmacKeyBase64(),
        keys.hmacKeyId(),
        null);
  }

  /** The HMAC-SHA256 as the JDK makes it. */
  static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] der(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
  }

  static boolean verifies(String publicKeyPem, String text, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(
          KeyFactory.getInstance("Ed25519")
              .generatePublic(new X509EncodedKeySpec(der(publicKeyPem))));
      verifier.update(text.getBytes(StandardCharsets.UTF_8));
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** A clock that stands until it is set. */
  static final class HandClock extends Clock {
    private Instant now;

    HandClock(Instant now) {
      this.now = now;
    }

    void set(Instant to) {
      this.now = to;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
