package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.HmacComputed;
import dev.holdfast.messages.crypto.HmacVerified;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.messages.crypto.SealSecrets;
import dev.holdfast.messages.crypto.SealedSecret;
import dev.holdfast.messages.crypto.SecretsOpened;
import dev.holdfast.messages.crypto.SecretsOpened.Opened;
import dev.holdfast.messages.crypto.SecretsResealed;
import dev.holdfast.messages.crypto.SecretsResealed.Resealed;
import dev.holdfast.messages.crypto.SecretsSealed;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The crypto room without cryptography: a seal is base64 of place, count and value. */
final class FakeCrypto {
  static final String KEY = "id-1";
  static final String OLD_KEY = "id-0";

  @Nullable String oldKey;
  int sealedCount;

  void serve(Bus bus) {
    bus.serve(
        CryptoRoutes.KEYS,
        question ->
            Future.succeededFuture(
                new Keys(List.of(), Map.of(KEY, "check-1"), KEY, oldKey, "id-2", null)));
    bus.serve(
        CryptoRoutes.HMAC,
        question -> Future.succeededFuture(new HmacComputed(hmac(question.text()), "id-2")));
    bus.serve(
        CryptoRoutes.VERIFY_HMAC,
        question -> {
          boolean valid = hmac(question.text()).equals(question.hex());
          return Future.succeededFuture(new HmacVerified(valid, valid ? "id-2" : null));
        });
    bus.serve(
        CryptoRoutes.SEAL,
        question ->
            Future.succeededFuture(
                new SecretsSealed(question.secrets().stream().map(this::seal).toList())));
    bus.serve(
        CryptoRoutes.OPEN,
        question ->
            Future.succeededFuture(
                new SecretsOpened(question.secrets().stream().map(this::open).toList())));
    bus.serve(
        CryptoRoutes.RESEAL,
        question ->
            Future.succeededFuture(
                new SecretsResealed(question.secrets().stream().map(this::reseal).toList())));
  }

  Sealed seal(String service, String key, String value, String keyId) {
    sealedCount++;
    String text = service + "|" + key + "|" + sealedCount + "|" + value;
    return new Sealed(
        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)), keyId);
  }

  private Sealed seal(SealSecrets.Plain plain) {
    return seal(plain.service(), plain.key(), plain.value().reveal(), KEY);
  }

  private Opened open(SealedSecret secret) {
    if (!secret.sealed().keyId().equals(KEY) && !secret.sealed().keyId().equals(oldKey)) {
      return new Opened(null, SecretsOpened.UNKNOWN_KEY);
    }
    String[] parts =
        new String(Base64.getDecoder().decode(secret.sealed().value()), StandardCharsets.UTF_8)
            .split("\\|", 4);
    boolean here = parts[0].equals(secret.service()) && parts[1].equals(secret.key());
    return here
        ? new Opened(SecretValue.of(parts[3]), null)
        : new Opened(null, SecretsOpened.DOES_NOT_OPEN);
  }

  private Resealed reseal(SealedSecret secret) {
    Opened opened = open(secret);
    return opened.value() == null
        ? new Resealed(null, opened.fault())
        : new Resealed(
            seal(
                secret.service(),
                secret.key(),
                Objects.requireNonNull(opened.value()).reveal(),
                KEY),
            null);
  }

  private static String hmac(String text) {
    return Integer.toHexString(text.hashCode());
  }
}
