package dev.holdfast.client;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/** Asks over one way, and over the next where that gave nothing that counts. */
final class Managers implements Manager {
  private final List<Manager> ways;

  /** {@code ways} in the order they are tried; there may be none. */
  Managers(List<Manager> ways) {
    this.ways = List.copyOf(ways);
  }

  /** Whether there is nobody to ask. */
  boolean none() {
    return ways.isEmpty();
  }

  @Override
  public Future<Read> read(String service) {
    return first(way -> way.read(service));
  }

  @Override
  public Future<JsonObject> clear(String service) {
    return first(way -> way.clear(service));
  }

  @Override
  public boolean tellsSecrets() {
    return ways.stream().anyMatch(Manager::tellsSecrets);
  }

  private <T> Future<T> first(Function<Manager, Future<T>> question) {
    Future<T> answer =
        Future.failedFuture(new HoldfastException("no way to ask the manager is set up"));
    for (Manager way : ways) {
      answer = answer.recover(failure -> question.apply(way));
    }
    return answer;
  }
}
