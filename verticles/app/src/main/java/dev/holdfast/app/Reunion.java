package dev.holdfast.app;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a manager and members that were apart together again: killed and started anew, suspended,
 * or cut off. Two halves of a cluster that merge do not agree on who listens where, and members are
 * not told of changes to it for good. So the manager leaves its half and joins theirs as a new
 * member does.
 */
final class Reunion {
  private static final Logger LOG = LoggerFactory.getLogger(Reunion.class);
  private static final long LOOK_MILLIS = 1_000;
  private static final long TIDY_MILLIS = 5_000;

  /** Others may do the same at the same time. */
  private static final int MOST_PAUSE_MILLIS = 3_000;

  private final Vertx vertx;

  /** What is remembered belongs to it. */
  private final Context context;

  private final Membership membership;
  private final Runnable cameBack;
  private Set<String> lastHosts = Set.of();

  private Reunion(Vertx vertx, Membership membership, Runnable cameBack) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.membership = membership;
    this.cameBack = cameBack;
  }

  /**
   * Looks after the membership until it leaves.
   *
   * @param vertx that joined with it
   * @param cameBack told when it is in the cluster again
   */
  static void attend(Vertx vertx, Membership membership, Runnable cameBack) {
    Reunion made = new Reunion(vertx, membership, cameBack);
    made.again(LOOK_MILLIS, made::look, "cluster: not joined, trying again");
    made.again(TIDY_MILLIS, membership::tidy, "cluster: registrations not looked at");
  }

  private void again(long millis, Supplier<Future<Void>> step, String failed) {
    if (membership.left()) {
      return;
    }
    context.runOnContext(
        ready ->
            vertx.setTimer(
                millis,
                timer ->
                    step.get()
                        .onFailure(failure -> LOG.warn(failed, failure))
                        .onComplete(done -> again(millis, step, failed))));
  }

  private Future<Void> look() {
    Stay stay = membership.stay();
    if (stay == null) {
      return enterAgain(lastHosts);
    }
    Set<String> apart = stay.neighbours().apart();
    if (!apart.isEmpty()) {
      LOG.warn("cluster: apart from {}, or merged with them: joining them", apart);
      return enterAgain(apart);
    }
    return Future.succeededFuture();
  }

  private Future<Void> enterAgain(Set<String> hosts) {
    lastHosts = hosts;
    return vertx
        .timer(1 + ThreadLocalRandom.current().nextInt(MOST_PAUSE_MILLIS), TimeUnit.MILLISECONDS)
        .compose(waited -> membership.enterAgain(hosts))
        .onSuccess(
            done -> {
              Stay stay = membership.stay();
              if (stay != null) {
                LOG.info("cluster: joined, members {}", stay.cluster().getNodes());
                cameBack.run();
              }
            });
  }
}
