package dev.holdfast.app;

import dev.holdfast.backup.BackupVerticle;
import dev.holdfast.crypto.CryptoVerticle;
import dev.holdfast.fleet.FleetVerticle;
import dev.holdfast.health.HealthVerticle;
import dev.holdfast.http.HttpVerticle;
import dev.holdfast.lkg.LkgVerticle;
import dev.holdfast.mqtt.MqttVerticle;
import dev.holdfast.settings.SettingsVerticle;
import dev.holdfast.storage.StorageVerticle;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rooms: started from the database outwards, stopped from the doors inwards. */
final class Manager {
  private static final Logger LOG = LoggerFactory.getLogger(Manager.class);
  private static final int READERS = 2;
  private static final int MOST_HTTP_INSTANCES = 4;
  private static final long PROBE_MILLIS = 1_000;

  /** In the order they are stopped: no room may miss what one before it still does. */
  private enum Room {
    HTTP,
    MQTT,
    FLEET,
    BACKUP,
    LKG,
    HEALTH,
    SETTINGS,
    STORAGE,
    CRYPTO
  }

  private final Vertx vertx;
  private final Bootstrap.Prepared prepared;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Room, String> deployments = new EnumMap<>(Room.class);

  Manager(Vertx vertx, Bootstrap.Prepared prepared) {
    this.vertx = vertx;
    this.prepared = prepared;
  }

  /** Deploys them all; done when requests are answered. What was deployed stays on a failure. */
  Future<Void> start() {
    LOG.debug("settings read, {} ms after the process", uptime());
    ManagerSettings settings = prepared.settings();
    return Future.join(
            deploy(Room.CRYPTO, new CryptoVerticle(prepared.crypto())),
            deploy(
                Room.STORAGE,
                new StorageVerticle(
                    new StorageVerticle.Options(
                        settings.databasePath(),
                        READERS,
                        settings.keeping().auditRetentionDays(),
                        prepared.fresh(),
                        settings.backup().replica() != null),
                    CryptoVerticle.auditMac(prepared.crypto()),
                    meters)))
        .compose(done -> deployHealth(settings))
        .compose(done -> deployLkg(settings))
        .compose(done -> deploy(Room.SETTINGS, new SettingsVerticle(prepared.schemas(), meters)))
        .compose(done -> deploy(Room.BACKUP, new BackupVerticle(settings.backup(), meters)))
        .compose(done -> deploy(Room.FLEET, new FleetVerticle(meters)))
        .compose(done -> Future.join(deployMqtt(), deployHttp()))
        .mapEmpty();
  }

  private Future<Void> deployHealth(ManagerSettings settings) {
    return deploy(
        Room.HEALTH,
        new HealthVerticle(
            new HealthVerticle.Options(
                settings.epochPath(),
                PROBE_MILLIS,
                settings.recovery().checkMinutes(),
                settings.recovery().autoRebuild()),
            meters));
  }

  private Future<Void> deployLkg(ManagerSettings settings) {
    return deploy(
        Room.LKG,
        new LkgVerticle(
            new LkgVerticle.Options(settings.lkgPath(), settings.lkgMinIntervalMillis()), meters));
  }

  private Future<Void> deployMqtt() {
    return deploy(Room.MQTT, new MqttVerticle(prepared.mqtt(), meters));
  }

  private Future<Void> deployHttp() {
    Supplier<? extends Deployable> http =
        HttpVerticle.deployable(
            prepared.http(), meters, meters::scrape, prepared.settings().cluster().mutualTls());
    int instances = Math.min(MOST_HTTP_INSTANCES, Runtime.getRuntime().availableProcessors());
    return remember(
        Room.HTTP, vertx.deployVerticle(http, new DeploymentOptions().setInstances(instances)));
  }

  private Future<Void> deploy(Room room, Deployable verticle) {
    return remember(room, vertx.deployVerticle(verticle));
  }

  private Future<Void> remember(Room room, Future<String> deployment) {
    return deployment
        .onSuccess(
            id -> {
              LOG.debug("{} started, {} ms after the process", room, uptime());
              synchronized (deployments) {
                deployments.put(room, id);
              }
            })
        .mapEmpty();
  }

  private static long uptime() {
    return ManagementFactory.getRuntimeMXBean().getUptime();
  }

  /** Undeploys them. Does not fail. */
  Future<Void> stop() {
    Future<Void> stopped = Future.succeededFuture();
    synchronized (deployments) {
      for (String id : deployments.values()) {
        stopped = stopped.compose(done -> vertx.undeploy(id).otherwiseEmpty());
      }
      deployments.clear();
    }
    return stopped;
  }
}
