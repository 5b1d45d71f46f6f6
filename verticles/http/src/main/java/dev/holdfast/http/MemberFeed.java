package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the members of a cluster of every service's newest state, signed: each change as it comes,
 * a burst reduced to the newest of a service, and every state again within two minutes, so that who
 * was away ends with the newest too. Belongs to one event loop.
 */
final class MemberFeed {
  private static final Logger LOG = LoggerFactory.getLogger(MemberFeed.class);
  private static final long REISSUE_MILLIS = 110_000;
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final SseStates states = new SseStates();
  private final SseFeed feed;
  private final SseSigner signer;
  private final BiConsumer<String, String> publish;
  private final TreeMap<String, SseState> again = new TreeMap<>();
  private boolean sending;
  private boolean failing;
  private boolean closed;

  /** {@code publish} takes a service's name and its signed state. */
  MemberFeed(Bus bus, Vertx vertx, BiConsumer<String, String> publish) {
    this.vertx = vertx;
    this.publish = publish;
    this.feed = new SseFeed(bus, vertx, SseLimits.DEFAULTS, states, this::next, this::everything);
    this.signer = new SseSigner(bus);
  }

  /**
   * Follows the settings, unless it does already, and tells the members all there is. Fails as the
   * settings room does.
   */
  Future<Void> start() {
    if (feed.ready()) {
      everything();
      return Future.succeededFuture();
    }
    return feed.start()
        .onSuccess(
            done -> {
              everything();
              reissueLater();
            });
  }

  void close() {
    closed = true;
    feed.close();
  }

  /** Puts every state in line once more; changes go first. */
  private void everything() {
    for (SseSlot slot : states.toldAfter(-1, name -> true)) {
      again.put(slot.service(), slot.newest());
    }
    next();
  }

  private void next() {
    if (sending || closed) {
      return;
    }
    List<SseSlot> changed = states.nextGroup();
    if (!changed.isEmpty()) {
      SseSlot slot = changed.get(0);
      SseState state = slot.newest();
      again.remove(state.service());
      send(
          state,
          payload -> {
            if (states.has(slot)) {
              states.tell(slot, SseFrames.signed(state, payload));
            }
          });
    } else if (!again.isEmpty()) {
      Map.Entry<String, SseState> first = again.firstEntry();
      send(first.getValue(), payload -> again.remove(first.getKey(), first.getValue()));
    }
  }

  private void send(SseState state, Consumer<String> sent) {
    sending = true;
    signer
        .payload(state)
        .onComplete(
            signed -> {
              sending = false;
              if (closed) {
                return;
              }
              if (signed.succeeded()) {
                failing = false;
                publish.accept(state.service(), signed.result());
                sent.accept(signed.result());
                next();
              } else {
                if (!failing) {
                  failing = true;
                  LOG.warn("{}: not told to the cluster yet", state.service(), signed.cause());
                }
                vertx.setTimer(RETRY_MILLIS, timer -> next());
              }
            });
  }

  /** Spread evenly, so that no moment has all the work. */
  private void reissueLater() {
    List<String> names = new ArrayList<>();
    states.toldAfter(-1, name -> true).forEach(slot -> names.add(slot.service()));
    reissue(names.iterator(), Math.max(1, REISSUE_MILLIS / Math.max(1, names.size())));
  }

  private void reissue(Iterator<String> names, long pauseMillis) {
    vertx.setTimer(
        pauseMillis,
        timer -> {
          if (closed) {
            return;
          }
          if (!names.hasNext()) {
            reissueLater();
            return;
          }
          String name = names.next();
          states.toldAfter(-1, name::equals).forEach(slot -> again.put(name, slot.newest()));
          next();
          reissue(names, pauseMillis);
        });
  }
}
