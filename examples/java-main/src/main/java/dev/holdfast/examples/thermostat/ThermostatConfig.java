package dev.holdfast.examples.thermostat;

import dev.holdfast.client.DefaultValue;
import dev.holdfast.client.ServiceConfig;
import dev.holdfast.client.Setting;
import dev.holdfast.model.Complexity;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.util.Optional;

/**
 * What can be set about the thermostat. The schema that the manager holds changes against is made
 * of this.
 */
@ServiceConfig("thermostat")
record ThermostatConfig(
    @Setting(value = "Degrees Celsius to hold", complexity = Complexity.SIMPLE)
        @Min(5)
        @Max(30)
        @DefaultValue("20.5")
        double targetCelsius,
    @Setting(
            value = "How it heats",
            help = "eco holds three degrees less.",
            complexity = Complexity.SIMPLE)
        @DefaultValue("comfort")
        Mode mode,
    @Setting("Seconds between two looks at the room") @Min(1) @Max(3600) @DefaultValue("10")
        int intervalSeconds,
    @Setting("Whether each look is told") @DefaultValue("true") boolean verbose,
    @Setting("Sensor in the network; null takes the built-in one") @Pattern(regexp = "^https?://")
        Optional<String> sensorUrl) {

  /** How it heats; over the wire in lower case. */
  enum Mode {
    OFF,
    ECO,
    COMFORT
  }

  /** What is to be held now, in words. */
  String goal() {
    return switch (mode) {
      case OFF -> "heating is off";
      case ECO -> "holding " + (targetCelsius - 3) + " degrees";
      case COMFORT -> "holding " + targetCelsius + " degrees";
    };
  }
}
