package dev.holdfast.messages.health;

/** A message of the health room. */
public sealed interface HealthMessage
    permits AdmitDatabase,
        DatabaseAdmitted,
        GetHealth,
        GetHealthDetail,
        HealthDetail,
        HealthReport,
        StartRebuild {}
