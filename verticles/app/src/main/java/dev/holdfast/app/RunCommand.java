package dev.holdfast.app;

import ch.qos.logback.classic.Level;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import dev.holdfast.bus.FailureCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast run}: serves until it is told to stop. */
@Command(
    name = RunCommand.NAME,
    mixinStandardHelpOptions = true,
    description = "Runs the manager (the default command). SIGTERM stops it in order.")
final class RunCommand implements Callable<Integer> {
  /** The name of the command. */
  static final String NAME = "run";

  /** The result of a run that a signal ended: the process is exiting already. */
  static final int STOPPED = -1;

  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
  private static final long STOP_MILLIS = 4_800;

  @Option(
      names = "--cluster",
      description =
          "Joins a Vert.x cluster and answers its members too (CONFIG_CLUSTER_...; see"
              + " docs/event-bus.md).")
  private boolean cluster;

  @Override
  public Integer call() throws InterruptedException {
    Vertx vertx = Vertx.vertx(Loops.options());
    CountDownLatch ended = new CountDownLatch(1);
    AtomicInteger exitCode = new AtomicInteger(STOPPED);
    Layers.read(vertx)
        .compose(layers -> vertx.executeBlocking(() -> prepare(layers)))
        .compose(prepared -> cluster ? serveCluster(vertx, prepared) : serve(vertx, prepared))
        .onFailure(
            failure -> {
              exitCode.set(report(failure));
              vertx.close().onComplete(closed -> ended.countDown());
            });
    ended.await();
    return exitCode.get();
  }

  private Bootstrap.Prepared prepare(Layers.Settings layers) {
    if (cluster) {
      ManagerSettings.of(layers.values()).cluster().check();
    }
    return Bootstrap.prepare(layers);
  }

  /** On a bus that reaches other members; {@code helper} lives on for what is read from files. */
  private static Future<Void> serveCluster(Vertx helper, Bootstrap.Prepared prepared) {
    ClusterSettings settings = prepared.settings().cluster();
    return ClusterBus.join(helper, settings)
        .compose(
            vertx ->
                serve(vertx, prepared)
                    .recover(
                        failure -> vertx.close().compose(left -> Future.failedFuture(failure))));
  }

  private static Future<Void> serve(Vertx vertx, Bootstrap.Prepared prepared) {
    logLevel(prepared.settings().logLevel());
    Codecs.register(vertx);
    Manager manager = new Manager(vertx, prepared);
    return manager
        .start()
        .onSuccess(
            started -> {
              Systemd systemd = new Systemd(vertx, System.getenv());
              stopOnSignal(vertx, manager, systemd);
              ready(prepared.settings());
              systemd.ready();
              reloadOnChange(vertx, prepared);
            })
        .recover(failure -> manager.stop().compose(stopped -> Future.failedFuture(failure)));
  }

  private static void reloadOnChange(Vertx vertx, Bootstrap.Prepared prepared) {
    vertx
        .executeBlocking(() -> new Reload(vertx, prepared, System.getenv()), false)
        .onSuccess(Reload::start)
        .onFailure(failure -> LOG.error("Changed files will not be seen", failure));
  }

  private static void ready(ManagerSettings settings) {
    LOG.info(
        "Ready in {} ms: {}://{}:{}/api/config, {}",
        ManagementFactory.getRuntimeMXBean().getUptime(),
        settings.http().tlsKey() == null ? "http" : "https",
        settings.http().host(),
        settings.http().port(),
        settings.databasePath());
  }

  /** Vert.x is closed from outside its contexts: after that, nothing runs on them any more. */
  private static void stopOnSignal(Vertx vertx, Manager manager, Systemd systemd) {
    Thread hook =
        new Thread(
            () -> {
              CountDownLatch stopped = new CountDownLatch(1);
              systemd.stopping();
              manager
                  .stop()
                  .onComplete(done -> vertx.close().onComplete(closed -> stopped.countDown()));
              try {
                boolean inTime = stopped.await(STOP_MILLIS, TimeUnit.MILLISECONDS);
                LOG.info(inTime ? "Stopped" : "Stopped before everything was closed");
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "holdfast-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Logs why the start failed, prints what must be printed, and gives the exit code. */
  private static int report(Throwable failure) {
    if (failure instanceof StartFailure start) {
      start.output().forEach(System.out::println);
      LOG.error("Not started: {}", start.line());
      return start.exitCode();
    }
    if (failure instanceof BusFailure typed) {
      LOG.error("Not started: {}", typed.detail());
      return typed.code() == FailureCode.CONFLICT ? StartFailure.CONFIGURATION : StartFailure.OTHER;
    }
    if (failure instanceof IllegalArgumentException) {
      LOG.error("Not started: {}", failure.getMessage());
      return StartFailure.CONFIGURATION;
    }
    if (failure instanceof IllegalStateException) {
      LOG.error("Not started: {}", failure.getMessage());
      return StartFailure.OTHER;
    }
    LOG.error("Not started", failure);
    return StartFailure.OTHER;
  }

  private static void logLevel(String level) {
    if (LoggerFactory.getLogger("dev.holdfast") instanceof ch.qos.logback.classic.Logger logger) {
      logger.setLevel(Level.toLevel(level));
    }
  }
}
