package dev.holdfast.messages.lkg;

/** A message of the last-known-good room. */
public sealed interface LkgMessage permits LkgContent, LkgState, ReadLkg {}
