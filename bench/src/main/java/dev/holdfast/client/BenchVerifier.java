package dev.holdfast.client;

/** The client's check of an update, for the harness: form, checksum and signature. */
public final class BenchVerifier {
  private final Verifier verifier;

  /** {@code pem} holds the manager's public key. */
  public BenchVerifier(String pem) {
    verifier = new Verifier(PublicKeys.ofPem(pem));
  }

  /** The version of a service's update. Fails where any of it does not hold. */
  public long version(String service, byte[] payload) {
    return verifier.verify(service, payload).mark().version();
  }
}
