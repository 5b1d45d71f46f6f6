package dev.holdfast.crypto;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.HmacComputed;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * Serves {@link CryptoRoutes}. Signs with Ed25519 (RFC 8032), authenticates with HMAC-SHA256 (RFC
 * 2104). No key and no text that it signs is ever logged.
 */
public final class CryptoVerticle extends VerticleBase {
  /** Above this many characters a text is authenticated on a worker thread. */
  private static final int LARGE_TEXT = 64 * 1024;

  private final KeyRing keys;
  private final UpdateSigner signer;

  /** Ready to deploy; the keys have been checked by {@link Options}. */
  public CryptoVerticle(Options options) {
    this(options, Clock.systemUTC());
  }

  CryptoVerticle(Options options, Clock clock) {
    this.keys = KeyRing.of(options);
    this.signer = new UpdateSigner(keys, clock);
  }

  /** A fresh set of keys from the system's secure random source, for the first run. */
  public static GeneratedKeys generate() {
    return KeyMaker.make(new SecureRandom());
  }

  @Override
  public Future<?> start() {
    Bus bus = new Bus(vertx);
    bus.serve(CryptoRoutes.SIGN_UPDATE, it -> Future.succeededFuture(signer.update(it)));
    bus.serve(CryptoRoutes.SIGN_DELETION, it -> Future.succeededFuture(signer.deletion(it)));
    bus.serve(
        CryptoRoutes.HMAC,
        it -> run(it.text(), () -> new HmacComputed(keys.hmac(it.text()), keys.hmacKeyId())));
    bus.serve(
        CryptoRoutes.VERIFY_HMAC, it -> run(it.text(), () -> keys.verify(it.text(), it.hex())));
    bus.serve(CryptoRoutes.KEYS, it -> Future.succeededFuture(keys.described()));
    return Future.succeededFuture();
  }

  private <T> Future<T> run(String text, Supplier<T> work) {
    return text.length() <= LARGE_TEXT
        ? Future.succeededFuture(work.get())
        : vertx.executeBlocking(work::get, false);
  }

  /**
   * The keys, as their variables hold them. The constructor throws {@code IllegalArgumentException}
   * that names the variable and the legal form, never the value.
   *
   * @param signaturePrivateKeyPem Ed25519, PKCS#8 PEM (RFC 8410)
   * @param signaturePublicKeysPem one or several Ed25519 keys, SubjectPublicKeyInfo PEM; one of
   *     them belongs to the private key
   * @param masterKeyBase64 32 bytes
   * @param masterKeyId UUID, not all zero
   * @param hmacKeyBase64 32 bytes
   * @param hmacKeyId UUID, not all zero, other than {@code masterKeyId}
   */
  public record Options(
      String signaturePrivateKeyPem,
      String signaturePublicKeysPem,
      String masterKeyBase64,
      String masterKeyId,
      String hmacKeyBase64,
      String hmacKeyId) {
    public Options {
      KeyRing.check(
          signaturePrivateKeyPem,
          signaturePublicKeysPem,
          masterKeyBase64,
          masterKeyId,
          hmacKeyBase64,
          hmacKeyId);
    }

    @Override
    public String toString() {
      return "Options[masterKeyId=" + masterKeyId + ", hmacKeyId=" + hmacKeyId + ", keys=********]";
    }
  }

  /**
   * Six texts in the form {@link Options} takes.
   *
   * @param signaturePrivateKeyPem Ed25519, PKCS#8 PEM
   * @param signaturePublicKeyPem the public key that belongs to it, SubjectPublicKeyInfo PEM
   * @param masterKeyBase64 32 bytes
   * @param masterKeyId UUID v4
   * @param hmacKeyBase64 32 bytes
   * @param hmacKeyId UUID v4
   */
  public record GeneratedKeys(
      String signaturePrivateKeyPem,
      String signaturePublicKeyPem,
      String masterKeyBase64,
      String masterKeyId,
      String hmacKeyBase64,
      String hmacKeyId) {
    @Override
    public String toString() {
      return "GeneratedKeys[********]";
    }
  }
}
