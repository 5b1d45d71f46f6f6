package dev.holdfast.bus;

import dev.holdfast.messages.backup.BackupMessage;
import dev.holdfast.messages.crypto.CryptoMessage;
import dev.holdfast.messages.fleet.FleetMessage;
import dev.holdfast.messages.health.HealthMessage;
import dev.holdfast.messages.http.HttpMessage;
import dev.holdfast.messages.lkg.LkgMessage;
import dev.holdfast.messages.mqtt.MqttMessage;
import dev.holdfast.messages.settings.SettingsMessage;
import dev.holdfast.messages.storage.StorageMessage;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.util.List;

/**
 * Registers a codec for every message, once a Vert.x instance. The app does it before it deploys.
 * Every one refuses the wire: what other members of a cluster are told is JSON.
 */
public final class Codecs {
  /** The sealed roots of every package of messages. */
  static final List<Class<?>> ROOTS =
      List.of(
          SettingsMessage.class,
          StorageMessage.class,
          CryptoMessage.class,
          LkgMessage.class,
          HealthMessage.class,
          HttpMessage.class,
          MqttMessage.class,
          FleetMessage.class,
          BackupMessage.class);

  private Codecs() {}

  /** Registers them all. Fails with {@code IllegalStateException} when called twice. */
  public static void register(Vertx vertx) {
    EventBus bus = vertx.eventBus();
    bus.registerDefaultCodec(BusFailure.class, new IdentityCodec<>(BusFailure.class));
    for (Class<?> root : ROOTS) {
      for (Class<?> message : root.getPermittedSubclasses()) {
        registerIdentity(bus, message);
      }
    }
  }

  private static <T> void registerIdentity(EventBus bus, Class<T> type) {
    bus.registerDefaultCodec(type, new IdentityCodec<>(type));
  }
}
