package dev.holdfast.settings;

/**
 * What does not change while the manager runs.
 *
 * @param book the schemas of the files
 * @param environment what the environment holds of their services
 */
record Shapes(SchemaBook book, Environment environment) {}
