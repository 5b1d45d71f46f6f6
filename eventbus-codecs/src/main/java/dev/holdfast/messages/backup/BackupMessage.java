package dev.holdfast.messages.backup;

/** A message of the backup room. */
public sealed interface BackupMessage permits BackupState {}
