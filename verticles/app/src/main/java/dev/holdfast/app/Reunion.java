package dev.holdfast.app;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.event.MergeEvent;
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
  private final Membership membership;
  private final Runnable cameBack;
  private final AtomicBoolean merged = new AtomicBoolean();
  private Set<InetSocketAddress> lastHosts = Set.of();

  private Reunion(Vertx vertx, Membership membership, Runnable cameBack) {
    this.vertx = vertx;
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
    made.listen();
    // One context: what is remembered belongs to it.
    vertx.runOnContext(
        started -> {
          made.lookLater(LOOK_MILLIS);
          made.tidyLater();
        });
  }

  private void listen() {
    Stay stay = membership.stay();
    if (stay != null) {
      stay.caches().addListener(new Merges(merged));
    }
  }

  private void tidyLater() {
    vertx.setTimer(
        TIDY_MILLIS,
        timer ->
            membership
                .tidy()
                .onFailure(failure -> LOG.warn("cluster: registrations not looked at", failure))
                .onComplete(
                    done -> {
                      if (!membership.left()) {
                        tidyLater();
                      }
                    }));
  }

  private void lookLater(long millis) {
    vertx.setTimer(
        millis,
        timer -> {
          if (!membership.left()) {
            look()
                .onFailure(failure -> LOG.warn("cluster: not joined, trying again", failure))
                .onComplete(done -> lookLater(LOOK_MILLIS));
          }
        });
  }

  private Future<Void> look() {
    Stay stay = membership.stay();
    if (stay == null) {
      return enterAgain(lastHosts);
    }
    Set<InetSocketAddress> apart = stay.neighbours().apart();
    if (!apart.isEmpty()) {
      LOG.warn("cluster: apart from {}, joining them", apart);
      return enterAgain(apart);
    }
    if (merged.get()) {
      LOG.warn("cluster: merged with others, joining them anew");
      return enterAgain(stay.neighbours().members());
    }
    return Future.succeededFuture();
  }

  private Future<Void> enterAgain(Set<InetSocketAddress> hosts) {
    lastHosts = hosts;
    merged.set(false);
    return vertx
        .timer(1 + ThreadLocalRandom.current().nextInt(MOST_PAUSE_MILLIS), TimeUnit.MILLISECONDS)
        .compose(waited -> membership.enterAgain(hosts))
        .onSuccess(
            done -> {
              Stay stay = membership.stay();
              if (stay != null) {
                listen();
                LOG.info("cluster: joined, members {}", stay.cluster().getNodes());
                cameBack.run();
              }
            });
  }

  /** Hears that two halves of the cluster merged. */
  @Listener(sync = false)
  public static final class Merges {
    private final AtomicBoolean merged;

    private Merges(AtomicBoolean merged) {
      this.merged = merged;
    }

    /** Called by Infinispan. */
    @Merged
    public void merged(MergeEvent event) {
      merged.set(true);
    }
  }
}
