package dev.holdfast.app;

import io.vertx.core.Future;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this manager registered on the bus, so that it can be said again, and how the list of all
 * members is kept true: who is gone without a goodbye is taken off it, what is missing put back.
 */
final class Registrations {
  private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);

  private final Map<String, Set<RegistrationInfo>> own = new ConcurrentHashMap<>();

  /** Nodes that were registered without being members when last looked. */
  private Set<String> strangers = Set.of();

  void add(String address, RegistrationInfo one) {
    own.computeIfAbsent(address, key -> ConcurrentHashMap.newKeySet()).add(one);
  }

  void remove(String address, RegistrationInfo one) {
    own.computeIfPresent(
        address,
        (key, all) -> {
          all.remove(one);
          return all.isEmpty() ? null : all;
        });
  }

  /** Says everything again to a cluster just joined. */
  Future<Void> repeat(Stay stay) {
    Future<Void> work = Future.succeededFuture();
    for (Map.Entry<String, Set<RegistrationInfo>> entry : own.entrySet()) {
      for (RegistrationInfo one : entry.getValue()) {
        work = work.compose(done -> stay.put(entry.getKey(), one));
      }
    }
    return work;
  }

  /** Removes what strangers registered, seen twice: one that joins right now is none. */
  Future<Void> tidy(Stay stay, Collection<String> listed) {
    Set<String> members = Set.copyOf(stay.cluster().getNodes());
    Set<String> seen = new HashSet<>();
    Set<String> addresses = new HashSet<>(listed);
    addresses.addAll(own.keySet());
    Future<Void> work = Future.succeededFuture();
    for (String address : addresses) {
      work =
          work.compose(done -> stay.registered(address))
              .compose(all -> tidy(stay, address, all, members, seen));
    }
    return work.onSuccess(
        done -> {
          seen.removeAll(strangers);
          strangers = Set.copyOf(seen);
        });
  }

  private Future<Void> tidy(
      Stay stay,
      String address,
      List<RegistrationInfo> all,
      Set<String> members,
      Set<String> seen) {
    Future<Void> work = Future.succeededFuture();
    for (RegistrationInfo one : all) {
      if (members.contains(one.nodeId())) {
        continue;
      }
      seen.add(one.nodeId());
      if (strangers.contains(one.nodeId())) {
        LOG.info("cluster: {} is gone, and {} with it", one.nodeId(), address);
        work = work.compose(done -> stay.forget(address, one));
      }
    }
    for (RegistrationInfo one : own.getOrDefault(address, Set.of())) {
      if (!all.contains(one)) {
        LOG.info("cluster: {} was not listed any more, put back", address);
        work = work.compose(done -> stay.put(address, one));
      }
    }
    return work;
  }
}
