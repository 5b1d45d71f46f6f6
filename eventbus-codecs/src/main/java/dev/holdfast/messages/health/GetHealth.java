package dev.holdfast.messages.health;

/** Asks for the state of the manager. */
public record GetHealth() implements HealthMessage {}
