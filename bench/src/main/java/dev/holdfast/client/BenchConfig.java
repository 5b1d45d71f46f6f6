package dev.holdfast.client;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** The record of the documentation. */
@ServiceConfig(BenchManager.SERVICE)
record BenchConfig(
    @Setting("What it does") @DefaultValue("default_value") String someSetting,
    @Setting("How many") @Min(0) @Max(1000) @DefaultValue("100") int anotherSetting,
    @Setting("Turn the feature on") boolean enableFeature) {}
