package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.State;
import io.vertx.core.Future;

/** Answers the newest state of a service as the signed update that subscribers get. */
final class SignedReads {
  private final SseSigner signer;
  private final ReadModel model;

  SignedReads(Bus bus, ReadModel model) {
    this.signer = new SseSigner(bus);
    this.model = model;
  }

  /**
   * Fails {@link FailureCode#NOT_FOUND}, and {@link FailureCode#UNAVAILABLE} while there is neither
   * a database nor a cache: what is served then is nobody's state.
   */
  Future<Reply> get(Exchange exchange) {
    ServiceDocument document = model.get(exchange.service());
    if (document == null) {
      throw ServiceCalls.missing(exchange.service());
    }
    if (document.snapshot().epoch().equals(State.NO_EPOCH)) {
      throw BusFailure.of(
          FailureCode.UNAVAILABLE, "only defaults are served, and nobody signs those");
    }
    return signer.payload(SseState.of(document.snapshot())).map(Reply::json);
  }
}
