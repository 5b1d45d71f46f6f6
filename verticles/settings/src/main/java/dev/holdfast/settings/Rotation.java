package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.messages.crypto.ResealSecrets;
import dev.holdfast.messages.crypto.SealedSecret;
import dev.holdfast.messages.crypto.SecretsResealed;
import dev.holdfast.messages.settings.SecretsStatus.SecretFault;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.ReplaceSecrets;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.ServiceSnapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every stored secret once after the start, and seals those anew that are under an older
 * key. In small batches, each a transaction of its own: whenever it is ended it goes on at the next
 * start with what is left, and reads and changes never wait for it. Lives on the event loop.
 */
final class Rotation {
  /** The fault of a secret whose row is gone. */
  static final String LOST = "lost";

  /** How many secrets a transaction takes. */
  static final int BATCH = 100;

  /** How many the crypto room is asked for at once: it does so few without waiting for a worker. */
  static final int PART = 25;

  private static final Logger LOG = LoggerFactory.getLogger(Rotation.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Memory memory;
  private final String masterKeyId;
  private final Runnable onProgress;
  private final Map<Place, Faulty> faults = new TreeMap<>();
  private final Set<String> resealed = new TreeSet<>();
  private final ArrayDeque<SealedSecret> queue = new ArrayDeque<>();
  private boolean running;

  /** Where a secret is. */
  record Place(String service, String key) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int order = service.compareTo(other.service);
      return order != 0 ? order : key.compareTo(other.key);
    }
  }

  /** A seal that does not open, and why. */
  private record Faulty(Sealed seal, String fault) {}

  /** {@code onProgress} is called whenever a batch is done. */
  Rotation(Vertx vertx, Bus bus, Memory memory, Keys keys, Runnable onProgress) {
    this.vertx = vertx;
    this.bus = bus;
    this.memory = memory;
    this.masterKeyId = keys.masterKeyId();
    this.onProgress = onProgress;
  }

  /** Looks at all there is. */
  void start() {
    for (ServiceSnapshot snapshot : memory.services()) {
      snapshot
          .secrets()
          .forEach((key, seal) -> queue.add(new SealedSecret(snapshot.service(), key, seal)));
    }
    long others = queue.stream().filter(each -> !each.sealed().keyId().equals(masterKeyId)).count();
    if (others > 0) {
      LOG.info("{} of {} secrets are under another key than {}", others, queue.size(), masterKeyId);
    }
    running = true;
    next();
  }

  boolean running() {
    return running;
  }

  /** The secrets that do not open; one that was set anew or removed is none of them any more. */
  List<SecretFault> faults() {
    faults
        .entrySet()
        .removeIf(
            each -> {
              Place place = each.getKey();
              ServiceSnapshot snapshot = memory.service(place.service());
              return snapshot == null
                  || !each.getValue().seal().equals(snapshot.secrets().get(place.key()));
            });
    List<SecretFault> told = new ArrayList<>();
    faults.forEach(
        (place, each) ->
            told.add(
                new SecretFault(place.service(), place.key(), each.seal().keyId(), each.fault())));
    memory
        .lost()
        .forEach(
            (service, keys) ->
                keys.forEach(key -> told.add(new SecretFault(service, key, "", LOST))));
    return told;
  }

  private void next() {
    List<SealedSecret> batch = new ArrayList<>();
    while (batch.size() < BATCH && !queue.isEmpty()) {
      batch.add(queue.poll());
    }
    if (batch.isEmpty()) {
      finish();
      return;
    }
    reseal(batch)
        .onComplete(
            done -> {
              if (done.succeeded()) {
                onProgress.run();
                next();
              } else {
                LOG.warn("Secrets cannot be sealed anew, trying again: {}", text(done.cause()));
                batch.forEach(queue::add);
                vertx.setTimer(RETRY_MILLIS, again -> next());
              }
            });
  }

  /** A transaction takes many, so that they share its fsync; crypto is asked for few at a time. */
  private Future<?> reseal(List<SealedSecret> batch) {
    List<ReplaceSecrets.Replacement> replacements = new ArrayList<>();
    List<Future<?>> parts = new ArrayList<>();
    for (int from = 0; from < batch.size(); from += PART) {
      List<SealedSecret> part = batch.subList(from, Math.min(from + PART, batch.size()));
      parts.add(
          bus.call(CryptoRoutes.RESEAL, new ResealSecrets(part))
              .onSuccess(
                  answer -> {
                    for (int i = 0; i < part.size(); i++) {
                      take(part.get(i), answer.resealed().get(i), replacements);
                    }
                  }));
    }
    return Future.all(parts)
        .compose(all -> replacements.isEmpty() ? Future.succeededFuture() : replace(replacements));
  }

  private void take(
      SealedSecret secret,
      SecretsResealed.Resealed result,
      List<ReplaceSecrets.Replacement> replacements) {
    Sealed before = secret.sealed();
    Sealed after = result.sealed();
    Place place = new Place(secret.service(), secret.key());
    if (after == null) {
      String fault = String.valueOf(result.fault());
      if (faults.put(place, new Faulty(before, fault)) == null) {
        LOG.error(
            "{} {}: the stored secret does not open: {} (key id {})",
            place.service(),
            place.key(),
            fault,
            before.keyId());
      }
    } else if (!before.keyId().equals(masterKeyId)) {
      replacements.add(
          new ReplaceSecrets.Replacement(secret.service(), secret.key(), before, after));
    }
  }

  private Future<?> replace(List<ReplaceSecrets.Replacement> replacements) {
    return bus.call(StorageRoutes.REPLACE_SECRETS, new ReplaceSecrets(replacements))
        .onSuccess(
            answer -> {
              List<ReplaceSecrets.Replacement> made = new ArrayList<>();
              for (int i = 0; i < replacements.size(); i++) {
                if (answer.replaced().get(i)) {
                  made.add(replacements.get(i));
                }
              }
              resealed.addAll(memory.reseal(made));
            });
  }

  private void finish() {
    running = false;
    if (!resealed.isEmpty()) {
      LOG.info("All secrets that open are under key {}", masterKeyId);
      tell(resealed);
      resealed.clear();
    }
    onProgress.run();
  }

  /** Tells the other rooms of the seals that these services have now. */
  void tell(Collection<String> services) {
    List<ServiceSnapshot> snapshots = new ArrayList<>();
    for (String service : services) {
      ServiceSnapshot snapshot = memory.service(service);
      if (snapshot != null) {
        snapshots.add(snapshot);
      }
    }
    bus.publish(
        SettingsRoutes.RESEALED,
        new dev.holdfast.messages.settings.SecretsResealed(memory.epoch(), snapshots));
  }

  private static String text(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
