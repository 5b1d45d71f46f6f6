package dev.holdfast.crypto;

import dev.holdfast.crypto.CryptoVerticle.GeneratedKeys;
import dev.holdfast.crypto.CryptoVerticle.Options;
import dev.holdfast.messages.crypto.SignUpdate;
import dev.holdfast.messages.crypto.VerifyHmac;
import java.time.Clock;

/** Fresh keys, and what the crypto room does with them for the other rooms. */
public final class BenchKeys {
  private final KeyRing ring;
  private final UpdateSigner signer;

  /** Makes the keys. */
  public BenchKeys() {
    GeneratedKeys made = CryptoVerticle.generate();
    ring =
        KeyRing.of(
            new Options(
                made.signaturePrivateKeyPem(),
                made.signaturePublicKeyPem(),
                made.masterKeyBase64(),
                made.masterKeyId(),
                made.hmacKeyBase64(),
                made.hmacKeyId()));
    signer = new UpdateSigner(ring, Clock.systemUTC());
  }

  KeyRing ring() {
    return ring;
  }

  /** The signed update as it is sent. */
  public String sign(SignUpdate asked) {
    return signer.update(asked).payload();
  }

  /** The HMAC of a text, in hex. */
  public String hmac(String text) {
    return ring.hmac(text).hex();
  }

  /** Whether that is the HMAC of the text. */
  public boolean verify(String text, String hex) {
    return ring.verify(new VerifyHmac(text, hex)).valid();
  }
}
