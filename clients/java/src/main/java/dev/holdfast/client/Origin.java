package dev.holdfast.client;

/** Where the settings that are in use came from. */
public enum Origin {
  /** Asked of the manager over REST. */
  REST,
  /** Pushed over MQTT. */
  MQTT,
  /** Pushed as a server-sent event. */
  SSE,
  /** Asked of the manager, or told by it, over the clustered event bus. */
  BUS,
  /** The client's own last-known-good copy: neither the manager nor a broker was to be had. */
  CACHE,
  /** Environment variables and the defaults of the record: there was nothing else. */
  DEFAULTS;

  /** Whether it is what the manager says now, as far as the client can tell. */
  public boolean fresh() {
    return this != CACHE && this != DEFAULTS;
  }
}
