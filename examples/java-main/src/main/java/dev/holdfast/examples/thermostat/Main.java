package dev.holdfast.examples.thermostat;

import dev.holdfast.client.BlockingHoldfast;
import java.util.concurrent.TimeUnit;

/** A thermostat: tells its settings, where they came from, each change, and what it does. */
public final class Main {
  private static final String SERVICE = "thermostat";

  private Main() {}

  /** Runs until it is stopped. Its options are the environment variables of docs/client.md. */
  public static void main(String[] arguments) throws InterruptedException {
    try (BlockingHoldfast holdfast = BlockingHoldfast.fromEnv()) {
      ThermostatConfig first = holdfast.get(ThermostatConfig.class);
      System.out.println("settings from " + holdfast.origin(SERVICE) + ": " + first);

      holdfast.subscribe(
          ThermostatConfig.class, updated -> System.out.println("changed: " + updated));

      while (!Thread.currentThread().isInterrupted()) {
        // From memory: what was pushed last.
        ThermostatConfig now = holdfast.get(ThermostatConfig.class);
        if (now.verbose()) {
          System.out.println(now.goal() + " (settings from " + holdfast.origin(SERVICE) + ")");
        }
        TimeUnit.SECONDS.sleep(now.intervalSeconds());
      }
    } catch (IllegalArgumentException e) {
      System.err.println(SERVICE + ": " + e.getMessage());
      System.exit(78); // EX_CONFIG
    }
  }
}
