package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.SignDeletion;
import dev.holdfast.messages.crypto.SignUpdate;
import dev.holdfast.messages.crypto.SignedDeletion;
import dev.holdfast.messages.crypto.SignedUpdate;
import io.vertx.core.Future;

/** Has states signed and encodes their frames. */
final class SseSigner {
  // What the MQTT room had signed for the same change is good enough.
  private static final long MAX_AGE_MILLIS = 1_000;

  private final Bus bus;

  SseSigner(Bus bus) {
    this.bus = bus;
  }

  /** The frame of a state, signed now. Fails as the crypto room's routes do. */
  Future<SseFrame> sign(SseState state) {
    return payload(state).map(payload -> SseFrames.signed(state, payload));
  }

  /** The payload alone, signed now. Fails as {@link #sign} does. */
  Future<String> payload(SseState state) {
    String config = state.config();
    if (config == null) {
      return bus.call(
              CryptoRoutes.SIGN_DELETION,
              new SignDeletion(state.service(), state.version(), state.epoch()))
          .map(SignedDeletion::payload);
    }
    return bus.call(
            CryptoRoutes.SIGN_UPDATE,
            new SignUpdate(state.service(), state.version(), state.epoch(), config, MAX_AGE_MILLIS))
        .map(SignedUpdate::payload);
  }
}
