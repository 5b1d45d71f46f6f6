package dev.holdfast.messages.settings;

/** Asks for everything, as of the newest revision. */
public record GetState() implements SettingsMessage {}
