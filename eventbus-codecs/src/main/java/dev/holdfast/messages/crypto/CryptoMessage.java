package dev.holdfast.messages.crypto;

/** A message of the crypto room. */
public sealed interface CryptoMessage
    permits ComputeHmac,
        GetKeys,
        HmacComputed,
        HmacVerified,
        Keys,
        OpenSecrets,
        ResealSecrets,
        SealSecrets,
        SecretsOpened,
        SecretsResealed,
        SecretsSealed,
        SignDeletion,
        SignUpdate,
        SignedDeletion,
        SignedUpdate,
        VerifyHmac {}
