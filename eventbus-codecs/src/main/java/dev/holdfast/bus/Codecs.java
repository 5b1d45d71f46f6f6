package dev.holdfast.bus;

import dev.holdfast.messages.crypto.CryptoMessage;
import dev.holdfast.messages.crypto.SignedUpdate;
import dev.holdfast.messages.fleet.FleetMessage;
import dev.holdfast.messages.health.HealthMessage;
import dev.holdfast.messages.http.HttpMessage;
import dev.holdfast.messages.lkg.LkgMessage;
import dev.holdfast.messages.mqtt.MqttMessage;
import dev.holdfast.messages.settings.SettingsMessage;
import dev.holdfast.messages.storage.StorageMessage;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Registers a codec for every message, once a Vert.x instance. The app does it before it deploys.
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
          FleetMessage.class);

  private Codecs() {}

  /** Registers them all. Fails with {@code IllegalStateException} when called twice. */
  public static void register(Vertx vertx) {
    EventBus bus = vertx.eventBus();
    bus.registerDefaultCodec(BusFailure.class, new IdentityCodec<>(BusFailure.class));
    bus.registerDefaultCodec(
        SignedUpdate.class,
        new WireCodec<>(SignedUpdate.class, Codecs::toJson, Codecs::signedUpdate));
    for (Class<?> root : ROOTS) {
      for (Class<?> message : root.getPermittedSubclasses()) {
        if (message != SignedUpdate.class) {
          registerIdentity(bus, message);
        }
      }
    }
  }

  private static <T> void registerIdentity(EventBus bus, Class<T> type) {
    bus.registerDefaultCodec(type, new IdentityCodec<>(type));
  }

  private static JsonObject toJson(SignedUpdate update) {
    return new JsonObject()
        .put("service", update.service())
        .put("version", update.version())
        .put("config_epoch", update.epoch())
        .put("payload", update.payload());
  }

  private static SignedUpdate signedUpdate(JsonObject json) {
    return new SignedUpdate(
        json.getString("service"),
        json.getLong("version"),
        json.getString("config_epoch"),
        json.getString("payload"));
  }
}
