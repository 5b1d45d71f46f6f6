package dev.holdfast.client;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Objects;

/** The members of a JSON object that stand for {@link HoldfastOptions}. */
final class JsonOptions {
  private JsonOptions() {}

  /** Sets what is there. */
  static void read(JsonObject json, HoldfastOptions options) {
    each(json, "url", String.class, options::setUrl);
    each(json, "token", String.class, options::setToken);
    each(json, "publicKeys", String.class, options::setPublicKeys);
    each(json, "mqttUrl", String.class, options::setMqttUrl);
    each(json, "sse", Boolean.class, options::setSse);
    each(json, "bus", Boolean.class, options::setBus);
    each(json, "busToken", String.class, options::setBusToken);
    each(json, "caFile", String.class, text -> options.setCaFile(Path.of(text)));
    each(json, "cacheFolder", String.class, text -> options.setCacheFolder(Path.of(text)));
    each(json, "cacheKey", String.class, options::setCacheKey);
    each(json, "instance", String.class, options::setInstance);
    each(json, "required", Boolean.class, options::setRequired);
    each(json, "registerSchemas", Boolean.class, options::setRegisterSchemas);
    each(json, "startMillis", Number.class, number -> options.setStartMillis(number.longValue()));
    each(
        json,
        "refreshMillis",
        Number.class,
        number -> options.setRefreshMillis(number.longValue()));
  }

  private interface Setter<T> {
    HoldfastOptions set(T value);
  }

  private static <T> void each(JsonObject json, String name, Class<T> type, Setter<T> setter) {
    Object value = json.getValue(name);
    if (value == null) {
      return;
    }
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          name + ": of another type (expected: " + type.getSimpleName() + ")");
    }
    Objects.requireNonNull(setter.set(type.cast(value)));
  }
}
