package dev.holdfast.messages.health;

/** Asks for the state of the manager with its causes and its past. */
public record GetHealthDetail() implements HealthMessage {}
