package dev.holdfast.app;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.event.MergeEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manager's membership of a cluster. Mends what the library leaves undone when members that
 * were apart come together: of one that died meanwhile the addresses stay registered, since the new
 * coordinator never knew it, and every other question would go to it for good.
 */
final class Membership extends InfinispanClusterManager {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final String REGISTRATIONS = "__vertx.subs";
  private static final long TIDY_MILLIS = 5_000;
  private static final long SETTLE_MILLIS = 2_000;

  private final Vertx helper;
  private final DefaultCacheManager caches;

  /** Nodes that were registered without being members when last looked. */
  private Set<String> strangers = Set.of();

  /**
   * A membership not yet joined.
   *
   * @param helper leaves on threads of its own; stays open
   * @param caches started; stopped when it leaves
   */
  Membership(Vertx helper, DefaultCacheManager caches) {
    super(caches);
    this.helper = helper;
    this.caches = caches;
  }

  /**
   * Looks after it from now on.
   *
   * @param vertx that joined with this membership
   * @param cameTogether told when members that were apart have come together and settled
   */
  void attend(Vertx vertx, Runnable cameTogether) {
    caches.addListener(new Merges(vertx, () -> announce(cameTogether)));
    tidyLater(vertx);
  }

  /** Says goodbye, so that the others need not find out. */
  @Override
  public void leave(Completable<Void> left) {
    super.leave(
        (nothing, failure) ->
            helper
                .executeBlocking(this::stopCaches, false)
                .onComplete(stopped -> left.complete(null, failure)));
  }

  private boolean stopCaches() {
    caches.stop();
    return true;
  }

  /** Tells the others once more where this member listens: they may have forgotten it. */
  private void announce(Runnable then) {
    setNodeInfo(
        getNodeInfo(),
        (nothing, failure) -> {
          if (failure != null) {
            LOG.warn("cluster: not announced", failure);
          }
          then.run();
        });
  }

  private void tidyLater(Vertx vertx) {
    vertx.setTimer(
        TIDY_MILLIS,
        timer ->
            vertx
                .executeBlocking(
                    () -> List.copyOf(caches.<String, Object>getCache(REGISTRATIONS).keySet()))
                .compose(this::tidy)
                .onFailure(failure -> LOG.warn("cluster: registrations not looked at", failure))
                .onComplete(
                    done -> {
                      if (isActive()) {
                        tidyLater(vertx);
                      }
                    }));
  }

  /** Removes what strangers registered, seen twice: one that joins right now is none. */
  private Future<Void> tidy(List<String> addresses) {
    Set<String> members = Set.copyOf(getNodes());
    Set<String> seen = new HashSet<>();
    Future<Void> work = Future.succeededFuture();
    for (String address : addresses) {
      work = work.compose(done -> tidy(address, members, seen));
    }
    return work.onSuccess(
        done -> {
          seen.removeAll(strangers);
          strangers = Set.copyOf(seen);
        });
  }

  private Future<Void> tidy(String address, Set<String> members, Set<String> seen) {
    Promise<List<RegistrationInfo>> registered = Promise.promise();
    getRegistrations(address, registered);
    return registered
        .future()
        .compose(
            all -> {
              Future<Void> work = Future.succeededFuture();
              for (RegistrationInfo one : all) {
                if (members.contains(one.nodeId())) {
                  continue;
                }
                seen.add(one.nodeId());
                if (strangers.contains(one.nodeId())) {
                  work = work.compose(done -> forget(address, one));
                }
              }
              return work;
            });
  }

  private Future<Void> forget(String address, RegistrationInfo one) {
    LOG.info("cluster: {} is gone, and {} with it", one.nodeId(), address);
    Promise<Void> removed = Promise.promise();
    removeRegistration(address, one, removed);
    return removed.future();
  }

  /** Hears that it was apart from others and is not any more. */
  @Listener(sync = false)
  public static final class Merges {
    private final Vertx vertx;
    private final Runnable settled;

    private Merges(Vertx vertx, Runnable settled) {
      this.vertx = vertx;
      this.settled = settled;
    }

    /** Called by Infinispan, which has still to bring together what either side held. */
    @Merged
    public void merged(MergeEvent event) {
      LOG.warn("cluster: came together again, {} members", event.getNewMembers().size());
      vertx.setTimer(SETTLE_MILLIS, timer -> settled.run());
    }
  }
}
