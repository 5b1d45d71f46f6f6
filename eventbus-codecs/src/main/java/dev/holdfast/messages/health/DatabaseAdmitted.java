package dev.holdfast.messages.health;

import org.jspecify.annotations.Nullable;

/**
 * Whether a database may be written.
 *
 * @param fault why not, for a person, or null where it may
 */
public record DatabaseAdmitted(@Nullable String fault) implements HealthMessage {}
