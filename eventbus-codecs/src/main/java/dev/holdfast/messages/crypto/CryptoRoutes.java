package dev.holdfast.messages.crypto;

import static dev.holdfast.bus.Route.route;

import dev.holdfast.bus.Route;

/** The questions the crypto room answers. */
public final class CryptoRoutes {
  /** Signs a service's newest state. */
  public static final Route<SignUpdate, SignedUpdate> SIGN_UPDATE =
      route("crypto.sign-update", SignUpdate.class, SignedUpdate.class);

  /** Signs a tombstone. */
  public static final Route<SignDeletion, SignedDeletion> SIGN_DELETION =
      route("crypto.sign-deletion", SignDeletion.class, SignedDeletion.class);

  /** Authenticates a file. */
  public static final Route<ComputeHmac, HmacComputed> HMAC =
      route("crypto.hmac", ComputeHmac.class, HmacComputed.class);

  /** Verifies a file. */
  public static final Route<VerifyHmac, HmacVerified> VERIFY_HMAC =
      route("crypto.verify-hmac", VerifyHmac.class, HmacVerified.class);

  /** Seals secrets. */
  public static final Route<SealSecrets, SecretsSealed> SEAL =
      route("crypto.seal", SealSecrets.class, SecretsSealed.class);

  /** Opens secrets; one that does not open fails alone. */
  public static final Route<OpenSecrets, SecretsOpened> OPEN =
      route("crypto.open", OpenSecrets.class, SecretsOpened.class);

  /** Seals secrets anew with the present key; one that does not open fails alone. */
  public static final Route<ResealSecrets, SecretsResealed> RESEAL =
      route("crypto.reseal", ResealSecrets.class, SecretsResealed.class);

  /** Public keys, key ids and key-check values. */
  public static final Route<GetKeys, Keys> KEYS = route("crypto.keys", GetKeys.class, Keys.class);

  private CryptoRoutes() {}
}
