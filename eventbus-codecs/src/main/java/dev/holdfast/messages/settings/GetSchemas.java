package dev.holdfast.messages.settings;

/** Asks for every schema, also of services that were deleted. */
public record GetSchemas() implements SettingsMessage {}
