package dev.holdfast.lkg;

import dev.holdfast.bus.Bus;
import dev.holdfast.lkg.LkgText.Content;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.VerifyHmac;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Believes a file only when its signature is right; nothing of it is parsed before. */
final class LkgReader {
  private final Vertx vertx;
  private final Bus bus;

  LkgReader(Vertx vertx, Bus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  /**
   * What the file holds. Fails {@code IllegalArgumentException} with the reason when it is not to
   * be believed, and as {@link CryptoRoutes#VERIFY_HMAC} does.
   */
  Future<Content> verify(byte[] file) {
    return vertx
        .executeBlocking(() -> LkgText.cut(file))
        .compose(
            cut ->
                bus.call(CryptoRoutes.VERIFY_HMAC, new VerifyHmac(cut.payload(), cut.signature()))
                    .compose(
                        verified ->
                            verified.valid()
                                ? vertx.executeBlocking(() -> LkgText.content(cut.payload()))
                                : Future.failedFuture(
                                    new IllegalArgumentException(
                                        "its signature does not match: it was altered, or made"
                                            + " with another key"))));
  }
}
