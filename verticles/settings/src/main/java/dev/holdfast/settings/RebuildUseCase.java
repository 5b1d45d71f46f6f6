package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.SecretsOpened;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.settings.RebuildProgress;
import dev.holdfast.messages.settings.RebuildSettings;
import dev.holdfast.messages.settings.SettingsRebuilt;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.SettingsStanding.Basis;
import dev.holdfast.messages.settings.State;
import dev.holdfast.messages.storage.RebuildDatabase;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a new database from what is last known to be good: what is served, or the last-known-good
 * file where that is further or of the epoch that was served before.
 */
final class RebuildUseCase {
  private static final Logger LOG = LoggerFactory.getLogger(RebuildUseCase.class);
  private static final int STEPS = 4;

  private final Bus bus;
  private final Vertx vertx;
  private final Clock clock;
  private final Ground ground;
  private final Shapes shapes;
  private final Secrets secrets;

  RebuildUseCase(Bus bus, Vertx vertx, Clock clock, Ground ground, Shapes shapes, Secrets secrets) {
    this.bus = bus;
    this.vertx = vertx;
    this.clock = clock;
    this.ground = ground;
    this.shapes = shapes;
    this.secrets = secrets;
  }

  /** What to seed from, and where it comes from. */
  private record Origin(Basis basis, Stored stored) {}

  /** Fails as {@code SettingsRoutes.REBUILD} says. */
  Future<SettingsRebuilt> rebuild(RebuildSettings command) {
    progress(1, "reading what is last known to be good");
    return ground
        .content()
        .<@Nullable LkgContent>map(content -> content)
        .otherwise(
            failure -> {
              LOG.info("{}", failure.getMessage());
              return null;
            })
        .map(this::origin)
        .compose(origin -> openable(origin.stored()).compose(lost -> seed(command, origin, lost)));
  }

  private Origin origin(@Nullable LkgContent content) {
    Memory memory = ground.memory();
    boolean known = !memory.epoch().isEmpty() && !memory.epoch().equals(State.NO_EPOCH);
    boolean cacheIsBetter =
        content != null
            && (!known
                || !content.epoch().equals(memory.epoch())
                || content.revision() > memory.revision());
    if (content != null && cacheIsBetter) {
      return new Origin(Basis.LKG, Substitute.withoutEnvironment(content, shapes));
    }
    return known
        ? new Origin(ground.standing().basis(), Substitute.stored(memory))
        : new Origin(
            Basis.DEFAULT, new Stored(State.NO_EPOCH, 0, 0, "", List.of(), List.of(), List.of()));
  }

  /** The secrets that do not open, by service. */
  private Future<Map<String, List<String>>> openable(Stored stored) {
    Map<String, List<String>> lost = new TreeMap<>();
    Future<?> all = Future.succeededFuture();
    for (StoredService service : stored.services()) {
      all =
          all.compose(
              done ->
                  secrets
                      .open(service.service(), service.secrets())
                      .onSuccess(
                          opened ->
                              opened.forEach(
                                  (key, each) -> note(lost, service.service(), key, each))));
    }
    return all.map(done -> lost);
  }

  private static void note(
      Map<String, List<String>> lost, String service, String key, SecretsOpened.Opened opened) {
    if (opened.value() == null) {
      lost.computeIfAbsent(service, made -> new ArrayList<>()).add(key);
    }
  }

  private Future<SettingsRebuilt> seed(
      RebuildSettings command, Origin origin, Map<String, List<String>> lost) {
    progress(2, "checking it against the schemas");
    Stored stored = origin.stored();
    return new Fingerprints(bus)
        .changed(shapes.environment(), List.of())
        .compose(fingerprints -> vertx.executeBlocking(() -> Seed.of(shapes, stored, lost), false))
        .compose(seed -> seed.seal(secrets).map(seed))
        .compose(
            seed -> {
              progress(3, "making a new database of " + seed.services() + " services");
              return bus.call(
                      StorageRoutes.REBUILD,
                      new RebuildDatabase(
                          command.reason(),
                          command.requestedBy(),
                          stored.epoch().equals(State.NO_EPOCH) ? null : stored.epoch(),
                          seed.versions(),
                          seed.change(clock, command)))
                  .compose(
                      made -> {
                        progress(4, "taking it over");
                        return ground
                            .takeOver()
                            .map(
                                done ->
                                    new SettingsRebuilt(
                                        made.epoch(),
                                        made.backup(),
                                        origin.basis(),
                                        seed.services(),
                                        seed.lost(),
                                        seed.reset()));
                      });
            });
  }

  private void progress(int step, String text) {
    bus.publish(SettingsRoutes.REBUILD_PROGRESS, new RebuildProgress(step, STEPS, text));
  }
}
