package dev.holdfast.crypto;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.model.AuditMac;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@link CryptoRoutes}. Signs with Ed25519 (RFC 8032), authenticates with HMAC-SHA256 (RFC
 * 2104), seals with AES-256-GCM (NIST SP 800-38D). No key and no text that it works on is logged.
 */
public final class CryptoVerticle extends VerticleBase {
  /** What is larger, in characters, is done on a worker thread. */
  private static final long LARGE = 64 * 1024;

  private final KeyRing keys;
  private final UpdateSigner signer;
  private final Sealer sealer;

  /** Ready to deploy; the keys have been checked by {@link Options}. */
  public CryptoVerticle(Options options) {
    this.keys = KeyRing.of(options);
    this.signer = new UpdateSigner(keys, Clock.systemUTC());
    this.sealer = keys.sealer(new SecureRandom());
  }

  /** A fresh set of keys from the system's secure random source, for the first run. */
  public static GeneratedKeys generate() {
    return KeyMaker.all(new SecureRandom());
  }

  /** A fresh master or HMAC key with an id of its own. */
  public static RotatedSecret newSecretKey() {
    return KeyMaker.secret(new SecureRandom());
  }

  /**
   * A fresh signature key, endorsed by the one it is to follow.
   *
   * @throws IllegalArgumentException as {@link Options} throws it for these two texts
   */
  public static RotatedSignature newSignatureKey(String oldPrivatePem, String oldPublicPems) {
    SignatureKeys old = SignatureKeys.read(oldPrivatePem, oldPublicPems, null);
    return KeyMaker.signature(new SecureRandom(), old, Clock.systemUTC());
  }

  /** What the access log is authenticated with: keys derived from the HMAC keys. */
  public static AuditMac auditMac(Options options) {
    return KeyRing.of(options).auditMac();
  }

  @Override
  public Future<?> start() {
    Bus bus = new Bus(vertx);
    bus.serve(CryptoRoutes.SIGN_UPDATE, it -> Future.succeededFuture(signer.update(it)));
    bus.serve(CryptoRoutes.SIGN_DELETION, it -> Future.succeededFuture(signer.deletion(it)));
    bus.serve(CryptoRoutes.HMAC, it -> run(it.text().length(), () -> keys.hmac(it.text())));
    bus.serve(CryptoRoutes.VERIFY_HMAC, it -> run(it.text().length(), () -> keys.verify(it)));
    bus.serve(CryptoRoutes.SEAL, it -> run(Sealer.size(it), () -> sealer.seal(it)));
    bus.serve(CryptoRoutes.OPEN, it -> run(Sealer.size(it.secrets()), () -> sealer.open(it)));
    bus.serve(CryptoRoutes.RESEAL, it -> run(Sealer.size(it.secrets()), () -> sealer.reseal(it)));
    bus.serve(CryptoRoutes.KEYS, it -> Future.succeededFuture(keys.described()));
    return Future.succeededFuture();
  }

  private <T> Future<T> run(long size, Supplier<T> work) {
    return size <= LARGE
        ? Future.succeededFuture(work.get())
        : vertx.executeBlocking(work::get, false);
  }

  /**
   * The keys, as their variables hold them. The constructor throws {@code IllegalArgumentException}
   * that names the variable and the legal form, never the value.
   *
   * <p>Master and HMAC keys are 32 bytes in base64; their ids are UUIDs, not all zero, no two the
   * same. An old one, being rotated out, still opens or verifies; it is null together with its id.
   *
   * @param signaturePrivateKeyPem Ed25519, PKCS#8 PEM (RFC 8410)
   * @param signaturePublicKeysPem one or several Ed25519 keys, SubjectPublicKeyInfo PEM; one of
   *     them belongs to the private key
   * @param signatureEndorsement what another of them says about that one, or null
   */
  public record Options(
      String signaturePrivateKeyPem,
      String signaturePublicKeysPem,
      String masterKeyBase64,
      String masterKeyId,
      String hmacKeyBase64,
      String hmacKeyId,
      @Nullable String oldMasterKeyBase64,
      @Nullable String oldMasterKeyId,
      @Nullable String oldHmacKeyBase64,
      @Nullable String oldHmacKeyId,
      @Nullable String signatureEndorsement) {
    public Options {
      KeyRing.of(
          SignatureKeys.read(signaturePrivateKeyPem, signaturePublicKeysPem, signatureEndorsement),
          SecretKeys.master(masterKeyBase64, masterKeyId, oldMasterKeyBase64, oldMasterKeyId),
          SecretKeys.hmac(hmacKeyBase64, hmacKeyId, oldHmacKeyBase64, oldHmacKeyId));
    }

    /** With no key being rotated out. */
    public Options(
        String sign, String verify, String master, String masterId, String hmac, String hmacId) {
      this(sign, verify, master, masterId, hmac, hmacId, null, null, null, null, null);
    }

    @Override
    public String toString() {
      return "Options[masterKeyId=" + masterKeyId + ", hmacKeyId=" + hmacKeyId + ", keys=********]";
    }
  }

  /** The first six texts of {@link Options}; the ids are UUIDs v4. */
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

  /** 32 bytes and a UUID v4, in the form {@link Options} takes. */
  public record RotatedSecret(String base64, String id) {
    @Override
    public String toString() {
      return "RotatedSecret[********]";
    }
  }

  /** Texts in the form {@link Options} takes; the new public key stands before the old ones. */
  public record RotatedSignature(String privatePem, String publicPems, String endorsement) {
    @Override
    public String toString() {
      return "RotatedSignature[********]";
    }
  }
}
