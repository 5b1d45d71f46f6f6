package dev.holdfast.messages.lkg;

import static dev.holdfast.bus.Topic.topic;

import dev.holdfast.bus.Topic;

/** The events the last-known-good room announces. */
public final class LkgTopics {
  /** After every write, and when a write failed. */
  public static final Topic<LkgState> STATE = topic("lkg.state", LkgState.class);

  private LkgTopics() {}
}
