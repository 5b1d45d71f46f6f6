package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.ComputeHmac;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.VerifyHmac;
import dev.holdfast.messages.storage.StoredService;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells whether the environment holds of a service what it held at the last change. What it held is
 * not stored, only its HMAC: so a changed value makes a new version, and a secret is not given
 * away.
 */
final class Fingerprints {
  private final Bus bus;

  Fingerprints(Bus bus) {
    this.bus = bus;
  }

  /**
   * The stored services of which the environment holds other values than before. On the way the
   * environment learns its fingerprints.
   */
  Future<Set<String>> changed(Environment environment, List<StoredService> services) {
    Map<String, String> before = new HashMap<>();
    Set<String> changed = new TreeSet<>();
    for (StoredService service : services) {
      before.put(service.service(), service.environment());
      boolean held = environment.services().containsKey(service.service());
      if (held == service.environment().isEmpty()) {
        changed.add(service.service());
      }
    }
    List<Future<?>> all = new ArrayList<>();
    environment
        .services()
        .forEach(
            (service, held) -> {
              String text = held.text(service);
              String stored = before.getOrDefault(service, "");
              all.add(
                  bus.call(CryptoRoutes.HMAC, new ComputeHmac(text))
                      .onSuccess(hmac -> environment.fingerprint(service, hmac.hex())));
              if (!stored.isEmpty()) {
                all.add(
                    bus.call(CryptoRoutes.VERIFY_HMAC, new VerifyHmac(text, stored))
                        .onSuccess(
                            verified -> {
                              if (!verified.valid()) {
                                changed.add(service);
                              }
                            }));
              }
            });
    return Future.all(all).map(done -> changed);
  }
}
