package dev.holdfast.app;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.infinispan.manager.DefaultCacheManager;

/**
 * The time in a cluster from joining to leaving it. What is asked of it is asked off the event
 * loop: Infinispan sends on the thread that asks, and JGroups has that thread wait for a member
 * that takes nothing, which one that thinks this manager gone does for ever.
 */
record Stay(
    DefaultCacheManager caches,
    InfinispanClusterManager cluster,
    Neighbours neighbours,
    WorkerExecutor aside) {
  private static final String REGISTRATIONS = "__vertx.subs";
  private static final long ANSWER_SECONDS = 30;

  /** One that begins now, before Vert.x is told of it. */
  static Stay with(DefaultCacheManager caches, WorkerExecutor aside) {
    return new Stay(caches, new InfinispanClusterManager(caches), Neighbours.of(caches), aside);
  }

  /** The addresses that anybody listens on. */
  Future<Set<String>> addresses() {
    return aside.executeBlocking(
        () -> Set.copyOf(caches.<String, Object>getCache(REGISTRATIONS).keySet()), false);
  }

  /** Where a member listens as the others know it; fails where they do not. */
  Future<NodeInfo> nodeInfo(String node) {
    return ask(answer -> cluster.getNodeInfo(node, answer));
  }

  /** Tells the others where this member listens. */
  Future<Void> announce(NodeInfo info) {
    return ask(answer -> cluster.setNodeInfo(info, answer));
  }

  /** Who listens there. */
  Future<List<RegistrationInfo>> registered(String address) {
    return ask(answer -> cluster.getRegistrations(address, answer));
  }

  /** Lists one who listens there. */
  Future<Void> put(String address, RegistrationInfo one) {
    return ask(answer -> cluster.addRegistration(address, one, answer));
  }

  /** Takes one who listened there off the list. */
  Future<Void> forget(String address, RegistrationInfo one) {
    return ask(answer -> cluster.removeRegistration(address, one, answer));
  }

  private <T> Future<T> ask(Consumer<Completable<T>> question) {
    return aside
        .executeBlocking(
            () -> {
              Promise<T> answer = Promise.promise();
              question.accept(answer);
              return answer.future();
            },
            false)
        .compose(answer -> answer)
        .timeout(ANSWER_SECONDS, TimeUnit.SECONDS);
  }

  Future<Void> join() {
    Promise<Void> joined = Promise.promise();
    cluster.join(joined);
    return joined.future();
  }

  /** Says goodbye, so that the others need not find out. */
  Future<Void> end(Vertx helper) {
    neighbours.letGo();
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
