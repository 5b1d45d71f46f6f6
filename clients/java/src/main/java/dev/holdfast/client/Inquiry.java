package dev.holdfast.client;

import io.vertx.core.Vertx;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the manager for the newest state of a service: when told to, again after a pause where there
 * was no answer, and every so often though there was one. Belongs to one event loop.
 */
final class Inquiry {
  private static final Logger LOG = LoggerFactory.getLogger(Inquiry.class);

  private final String service;
  private final Managers manager;
  private final long refreshMillis;
  private final Consumer<Manager.Read> answered;
  private final Runnable unanswered;
  private final Pauses pauses;
  private boolean underWay;
  private boolean again;
  private boolean told;

  /** {@code unanswered} runs each time that there is no answer, which is logged here. */
  Inquiry(
      Vertx vertx,
      String service,
      Managers manager,
      long refreshMillis,
      Consumer<Manager.Read> answered,
      Runnable unanswered) {
    this.service = service;
    this.manager = manager;
    this.refreshMillis = refreshMillis;
    this.answered = answered;
    this.unanswered = unanswered;
    this.pauses = new Pauses(vertx, 1_000, 30_000);
  }

  /** Asks now, or once more where that is being done already. */
  void now(String why) {
    if (pauses.ended() || manager.none()) {
      return;
    }
    if (underWay) {
      again = true;
      return;
    }
    underWay = true;
    LOG.debug("{}: asking the manager: {}", service, why);
    manager
        .read(service)
        .onComplete(
            answer -> {
              underWay = false;
              if (answer.succeeded()) {
                pauses.well();
                told = false;
                pauses.at(refreshMillis, () -> now("a while ago"));
                answered.accept(answer.result());
              } else {
                if (!told) {
                  told = true;
                  LOG.warn(
                      "{}: the manager does not say the settings: {}",
                      service,
                      answer.cause().getMessage());
                }
                pauses.later(() -> now("no answer before"));
                unanswered.run();
              }
              if (again) {
                again = false;
                now("something came meanwhile");
              }
            });
  }

  /** Asks after a pause. */
  void later(String why) {
    pauses.later(() -> now(why));
  }

  /** Asks no more. */
  void end() {
    pauses.end();
  }
}
