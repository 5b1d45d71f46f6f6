package dev.holdfast.app;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.infinispan.manager.DefaultCacheManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manager's membership of a cluster, which it can leave and enter again under one name while
 * all above it runs on. {@link Reunion} does so where it and others were apart.
 */
final class Membership implements ClusterManager {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private final Vertx helper;
  private final Function<Set<String>, DefaultCacheManager> starter;
  private final String nodeId;
  private final WorkerExecutor aside;
  private final Registrations registrations = new Registrations();

  /** Addresses that were looked up: whoever did keeps the answer until told of another one. */
  private final Set<String> lookedUp = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Stay stay;
  private volatile @Nullable NodeInfo nodeInfo;
  private volatile boolean left;
  private volatile Future<Void> moving = Future.succeededFuture();

  /** Done with the last word about who listens where; guarded by this. */
  private Future<Void> registering = Future.succeededFuture();

  private @Nullable Vertx vertx;
  private @Nullable RegistrationListener listener;
  private @Nullable NodeListener nodeListener;

  /**
   * A membership not yet joined. Takes time.
   *
   * @param helper leaves and joins on threads of its own; stays open
   * @param starter makes what is in a cluster: of those who listen at each {@code host[port]}, else
   *     a new one
   */
  Membership(Vertx helper, Function<Set<String>, DefaultCacheManager> starter) {
    this.helper = helper;
    this.starter = starter;
    this.aside = helper.createSharedWorkerExecutor("holdfast-cluster", 4);
    Stay first = Stay.with(starter.apply(Set.of()), aside);
    this.stay = first;
    this.nodeId = first.cluster().getNodeId();
  }

  /** The present stay, or null between two. */
  @Nullable Stay stay() {
    return stay;
  }

  /** Whether it left for good. */
  boolean left() {
    return left;
  }

  /**
   * Leaves, and enters the cluster of those who listen there, with everything that is registered.
   * Fails where it could not enter; then it is in none.
   */
  Future<Void> enterAgain(Set<String> hosts) {
    if (left) {
      return Future.succeededFuture();
    }
    Stay before = stay;
    stay = null;
    Future<Void> gone = before == null ? Future.succeededFuture() : before.end(helper);
    Future<Void> entered =
        gone.compose(
                done -> helper.executeBlocking(() -> Stay.with(starter.apply(hosts), aside), false))
            .compose(this::settle);
    moving = entered.otherwiseEmpty();
    return entered;
  }

  private Future<Void> settle(Stay entered) {
    prepare(entered.cluster());
    return entered
        .join()
        .compose(
            done -> {
              stay = entered;
              return announce();
            })
        .compose(done -> registrations.repeat(entered))
        .compose(done -> tellLookedUp(entered))
        .recover(
            failure -> {
              stay = null;
              return entered.end(helper).compose(ended -> Future.failedFuture(failure));
            });
  }

  private void prepare(InfinispanClusterManager cluster) {
    cluster.init(vertx);
    cluster.registrationListener(listener);
    cluster.nodeListener(nodeListener);
  }

  private Future<Void> tellLookedUp(Stay entered) {
    Future<Void> work = Future.succeededFuture();
    RegistrationListener told = listener;
    if (told == null) {
      return work;
    }
    lookedUp.removeIf(address -> !told.wantsUpdatesFor(address));
    for (String address : lookedUp) {
      work =
          work.compose(done -> entered.registered(address))
              .onSuccess(
                  all -> told.registrationsUpdated(new RegistrationUpdateEvent(address, all)))
              .mapEmpty();
    }
    return work;
  }

  /** Keeps the lists of who listens where true. Does nothing between two stays. */
  Future<Void> tidy() {
    Stay now = stay;
    if (now == null) {
      return Future.succeededFuture();
    }
    return now.addresses()
        .compose(addresses -> registrations.tidy(now, addresses))
        .compose(done -> now.nodeInfo(nodeId).<Void>mapEmpty().recover(missing -> announce()));
  }

  /** Tells the others where this member listens: they may have forgotten it. */
  private Future<Void> announce() {
    Stay now = stay;
    NodeInfo info = nodeInfo;
    return now == null || info == null ? Future.succeededFuture() : now.announce(info);
  }

  @Override
  public void init(Vertx joining) {
    vertx = joining;
  }

  @Override
  public void registrationListener(RegistrationListener told) {
    listener = told;
  }

  @Override
  public void nodeListener(@Nullable NodeListener told) {
    nodeListener = told;
    Stay now = stay;
    if (now != null) {
      now.cluster().nodeListener(told);
    }
  }

  @Override
  public void join(Completable<Void> joined) {
    InfinispanClusterManager cluster = present();
    prepare(cluster);
    cluster.join(joined);
  }

  @Override
  public void leave(Completable<Void> done) {
    left = true;
    moving
        .compose(
            moved -> {
              Stay last = stay;
              stay = null;
              return last == null ? Future.<Void>succeededFuture() : last.end(helper);
            })
        .onFailure(failure -> LOG.warn("cluster: left without a goodbye", failure))
        .otherwiseEmpty()
        .eventually(aside::close)
        .onComplete(ended -> done.complete(null, null));
  }

  @Override
  public boolean isActive() {
    return !left;
  }

  @Override
  public String getNodeId() {
    return nodeId;
  }

  @Override
  public List<String> getNodes() {
    Stay now = stay;
    return now == null ? List.of(nodeId) : now.cluster().getNodes();
  }

  @Override
  public void setNodeInfo(NodeInfo info, Completable<Void> told) {
    nodeInfo = info;
    announce().onComplete(told);
  }

  @Override
  public @Nullable NodeInfo getNodeInfo() {
    return nodeInfo;
  }

  @Override
  public void getNodeInfo(String node, Completable<NodeInfo> found) {
    Stay now = stay;
    if (now == null) {
      found.fail("Between two stays in the cluster");
    } else {
      now.nodeInfo(node).onComplete(found);
    }
  }

  @Override
  public void addRegistration(String address, RegistrationInfo one, Completable<Void> added) {
    registrations.add(address, one);
    inOrder(now -> now.put(address, one)).onComplete(added);
  }

  @Override
  public void removeRegistration(String address, RegistrationInfo one, Completable<Void> removed) {
    registrations.remove(address, one);
    inOrder(now -> now.forget(address, one)).onComplete(removed);
  }

  /** Says it after what was said before, whatever became of that; between two stays not at all. */
  private synchronized Future<Void> inOrder(Function<Stay, Future<Void>> word) {
    registering =
        registering.transform(
            before -> {
              Stay now = stay;
              return now == null ? Future.<Void>succeededFuture() : word.apply(now);
            });
    return registering;
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> found) {
    lookedUp.add(address);
    Stay now = stay;
    if (now == null) {
      found.succeed(List.of());
    } else {
      now.registered(address).onComplete(found);
    }
  }

  @Override
  public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> map) {
    present().getAsyncMap(name, map);
  }

  @Override
  public <K, V> Map<K, V> getSyncMap(String name) {
    return present().getSyncMap(name);
  }

  @Override
  public void getLockWithTimeout(String name, long millis, Completable<Lock> lock) {
    present().getLockWithTimeout(name, millis, lock);
  }

  @Override
  public void getCounter(String name, Completable<Counter> counter) {
    present().getCounter(name, counter);
  }

  private InfinispanClusterManager present() {
    Stay now = stay;
    if (now == null) {
      throw new IllegalStateException("Between two stays in the cluster");
    }
    return now.cluster();
  }
}
