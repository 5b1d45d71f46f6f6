package dev.holdfast.messages.settings;

/** Asks how the secrets and their keys stand. */
public record GetSecretsStatus() implements SettingsMessage {}
