package dev.holdfast.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.fleet.FleetEntry;
import dev.holdfast.messages.fleet.FleetRoutes;
import dev.holdfast.messages.fleet.GetFleet;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.Caller;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class FleetVerticleTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Vertx vertx;
  private Bus bus;
  private volatile State state = Fixtures.state(Map.of("one", 4L, "two", 1L));
  private volatile boolean ready = true;

  @BeforeEach
  void furnish(Vertx given) {
    vertx = given;
    Codecs.register(vertx);
    bus = new Bus(vertx);
    bus.serve(
        SettingsRoutes.STATE,
        question ->
            ready
                ? Future.succeededFuture(state)
                : Future.failedFuture(BusFailure.of(FailureCode.UNAVAILABLE, "not yet")));
  }

  private void deploy() throws Exception {
    join(vertx.deployVerticle(new FleetVerticle(meters)));
  }

  private List<FleetEntry> fleet(Caller caller) throws Exception {
    return join(bus.call(FleetRoutes.FLEET, new GetFleet(null, caller))).entries();
  }

  private List<FleetEntry> fleet() throws Exception {
    return fleet(Caller.system("test"));
  }

  private void report(String service, String instance, long version) {
    bus.publish(FleetRoutes.REPORTED, Fixtures.report(service, instance, version, Instant.now()));
  }

  private void change(long revision, String service, long version) {
    bus.publish(
        SettingsRoutes.CHANGED,
        new ConfigChanged(
            revision, Fixtures.EPOCH, 1, List.of(Fixtures.snapshot(service, version)), List.of()));
  }

  private static <T> T join(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void report_change_isSeenAndFallsBehind() throws Exception {
    deploy();
    report("one", "a", 4);
    await().until(() -> fleet().size() == 1);
    assertThat(fleet().get(0).behindBy()).isZero();
    change(9, "one", 5);
    await().until(() -> fleet().get(0).behindBy() == 1);
    assertThat(fleet(new Caller("x", Set.of("two"), "id"))).isEmpty();
  }

  @Test
  void change_missed_isReadFromTheState() throws Exception {
    deploy();
    report("one", "a", 4);
    await().until(() -> fleet().size() == 1);
    State later = Fixtures.state(Map.of("one", 9L, "two", 2L));
    state = new State(12, Fixtures.EPOCH, 1, later.services(), List.of());
    change(12, "two", 2);
    await().until(() -> fleet().get(0).behindBy() == 5);
  }

  @Test
  void state_notThereYet_startsAllTheSame() throws Exception {
    ready = false;
    deploy();
    report("three", "a", 1);
    await().until(() -> fleet().size() == 1);
    ready = true;
    await().until(() -> fleet().isEmpty());
  }

  @Test
  void state_ofNobody_saysNothing() throws Exception {
    State good = state;
    state = new State(0, State.NO_EPOCH, 1, List.of(), List.of());
    deploy();
    report("one", "a", 4);
    await().until(() -> fleet().size() == 1);
    assertThat(fleet().get(0).behindBy()).isNull();
    state = good;
    change(8, "one", 4);
    await().until(() -> fleet().get(0).behindBy() != null);
  }

  @Test
  void metrics_services_areCounted() throws Exception {
    deploy();
    report("one", "a", 4);
    report("one", "b", 3);
    report("none", "b", 3);
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(gauge("one", "current")).isEqualTo(1);
              assertThat(gauge("one", "behind")).isEqualTo(1);
              assertThat(gauge("one", "refused")).isZero();
              assertThat(gauge("one", "silent")).isZero();
            });
    assertThat(counted("taken")).isEqualTo(2);
    assertThat(counted("refused")).isEqualTo(1);
    assertThat(counted("dropped")).isZero();
  }

  private double gauge(String service, String standing) {
    return meters
        .get("holdfast.fleet.instances")
        .tags("service", service, "state", standing)
        .gauge()
        .value();
  }

  private double counted(String result) {
    return meters.get("holdfast.fleet.reports").tag("result", result).counter().count();
  }
}
