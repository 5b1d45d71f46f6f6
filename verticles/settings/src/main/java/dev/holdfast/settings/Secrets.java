package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.OpenSecrets;
import dev.holdfast.messages.crypto.SealSecrets;
import dev.holdfast.messages.crypto.SealedSecret;
import dev.holdfast.messages.crypto.SecretsOpened;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.ServiceSnapshot;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Has the crypto room seal and open. */
final class Secrets {
  private final Bus bus;

  Secrets(Bus bus) {
    this.bus = bus;
  }

  /** Seals the secrets of one service. */
  Future<Map<String, Sealed>> seal(String service, Map<String, SecretValue> values) {
    if (values.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    List<SealSecrets.Plain> plain = new ArrayList<>();
    values.forEach((key, value) -> plain.add(new SealSecrets.Plain(service, key, value)));
    return bus.call(CryptoRoutes.SEAL, new SealSecrets(plain))
        .map(
            done -> {
              Map<String, Sealed> sealed = new HashMap<>();
              for (int i = 0; i < plain.size(); i++) {
                sealed.put(plain.get(i).key(), done.sealed().get(i));
              }
              return sealed;
            });
  }

  /** Opens stored secrets, each with its value or its fault. */
  Future<Map<String, SecretsOpened.Opened>> open(String service, Map<String, Sealed> sealed) {
    if (sealed.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    List<SealedSecret> secrets = new ArrayList<>();
    sealed.forEach((key, each) -> secrets.add(new SealedSecret(service, key, each)));
    return bus.call(CryptoRoutes.OPEN, new OpenSecrets(secrets))
        .map(
            done -> {
              Map<String, SecretsOpened.Opened> opened = new HashMap<>();
              for (int i = 0; i < secrets.size(); i++) {
                opened.put(secrets.get(i).key(), done.opened().get(i));
              }
              return opened;
            });
  }

  /** Those of the values that the service does not have already. */
  Future<Map<String, SecretValue>> differing(
      @Nullable ServiceSnapshot before, Map<String, SecretValue> values) {
    if (before == null || values.isEmpty()) {
      return Future.succeededFuture(values);
    }
    Map<String, Sealed> stored = new HashMap<>(before.secrets());
    stored.keySet().retainAll(values.keySet());
    return open(before.service(), stored)
        .map(
            opened -> {
              Map<String, SecretValue> others = new TreeMap<>(values);
              opened.forEach((key, each) -> others.remove(key, each.value()));
              return others;
            });
  }
}
