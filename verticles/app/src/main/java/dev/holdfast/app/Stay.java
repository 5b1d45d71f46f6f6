package dev.holdfast.app;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.util.Set;
import org.infinispan.manager.DefaultCacheManager;

/** The time in a cluster from joining to leaving it. */
record Stay(DefaultCacheManager caches, InfinispanClusterManager cluster, Neighbours neighbours) {
  private static final String REGISTRATIONS = "__vertx.subs";

  /** One that begins now, before Vert.x is told of it. */
  static Stay with(DefaultCacheManager caches) {
    return new Stay(caches, new InfinispanClusterManager(caches), Neighbours.of(caches));
  }

  /** The addresses that anybody listens on. Takes time. */
  Set<String> addresses() {
    return Set.copyOf(caches.<String, Object>getCache(REGISTRATIONS).keySet());
  }

  /** Where a member listens as the others know it; fails where they do not. */
  Future<NodeInfo> nodeInfo(String node) {
    Promise<NodeInfo> found = Promise.promise();
    cluster.getNodeInfo(node, found);
    return found.future();
  }

  Future<Void> join() {
    Promise<Void> joined = Promise.promise();
    cluster.join(joined);
    return joined.future();
  }

  /** Says goodbye, so that the others need not find out. */
  Future<Void> end(Vertx helper) {
    Promise<Void> ended = Promise.promise();
    cluster.leave(ended);
    return ended
        .future()
        .otherwiseEmpty()
        .compose(
            done ->
                helper.executeBlocking(
                    () -> {
                      caches.stop();
                      return null;
                    },
                    false));
  }
}
