package dev.holdfast.messages.lkg;

/** Asks for what the file on disk holds. */
public record ReadLkg() implements LkgMessage {}
