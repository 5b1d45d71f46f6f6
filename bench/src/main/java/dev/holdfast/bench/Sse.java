package dev.holdfast.bench;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From sending a change to its event at a reader of server-sent events, beside an etcd watch; and
 * at 100 and 10,000 readers. The first reader verifies each event; all others must be given the
 * same bytes, each event once and in order.
 */
final class Sse implements Measurement {
  static final String EVENTS = Manager.API + "/events?services=" + Push.SERVICE;
  static final String WORK = "change sent → SSE reader, ms: ";

  private static final String WATCH = "put sent → etcd watch, one reader";
  private static final int FAN_OUTS = 20;
  private static final long WAIT_SECONDS = 60;

  private volatile @Nullable Promise<Void> watched;

  @Override
  public List<Row> run(Bench bench) throws Exception {
    List<Row> rows = new ArrayList<>(one(bench));
    int[] sizes = bench.small() ? new int[] {100} : new int[] {100, 10_000};
    for (int readers : sizes) {
      Figure p50 = new Figure();
      Figure p99 = new Figure();
      try (Manager manager = Manager.start(bench, "sse-" + readers, Map.of())) {
        Push push = new Push(manager);
        fanOut(bench, manager, push, 100, 20 * FAN_OUTS);
        for (int round = 0; round < Math.min(bench.rounds(), 3); round++) {
          Samples samples = fanOut(bench, manager, push, readers, FAN_OUTS);
          p50.add(samples.p50());
          p99.add(samples.p99());
        }
        String work = WORK + "%,d readers, ".formatted(readers);
        rows.add(Row.told(work + "p50", p50));
        rows.add(Row.figure(work + "p99", p99, Row.Aim.atMost(1_000, "ms")));
        rows.add(
            Row.told(
                "memory of the manager after it, MiB", Figure.of(manager.server().residentMib())));
      }
    }
    return rows;
  }

  private List<Row> one(Bench bench) throws Exception {
    Optional<Path> program = Server.find(Etcd.PROGRAM);
    Figure ours = new Figure();
    Figure theirs = new Figure();
    try (Manager manager = Manager.start(bench, "sse", Map.of());
        Streams streams = new Streams(bench, manager.http().port(), 1)) {
      Push push = new Push(manager);
      streams.open(
          EVENTS,
          1,
          (frame, number) -> {
            Buffer payload = Streams.config(frame);
            if (payload != null) {
              push.received(payload);
            }
          });
      push.warmUp(bench.warmUp());
      String like = manager.read(Push.SERVICE).getJsonObject("config").encode();
      if (program.isPresent()) {
        try (Etcd etcd = Etcd.start(bench, program.get())) {
          Streams.watch(etcd, Push.SERVICE, this::heard);
          puts(etcd, like);
          etcd.server().hold();
          manager.server().hold();
          for (int round = 0; round < bench.rounds(); round++) {
            ours.add(manager.server().turn(() -> push.changes(Push.CHANGES).fromRequest().p50()));
            theirs.add(etcd.server().turn(() -> puts(etcd, like).p50()));
          }
          manager.server().resume();
        }
      } else {
        ours.add(push.changes(Push.CHANGES).fromRequest().p50());
      }
    }
    Bench.say("sse: p50 " + ours.show() + " ms, etcd " + theirs.show() + " ms");
    String work = WORK + "one reader, p50";
    return List.of(
        program.isEmpty()
            ? Row.missing(work, WATCH, Etcd.PROGRAM)
            : Row.faster(work, ours, WATCH, theirs, Row.Aim.times(1)));
  }

  private void heard() {
    Promise<Void> waiting = watched;
    if (waiting != null) {
      waiting.tryComplete();
    }
  }

  private Samples puts(Etcd etcd, String like) throws Exception {
    Samples samples = new Samples();
    for (int i = 0; i < Push.CHANGES; i++) {
      Promise<Void> next = Promise.promise();
      watched = next;
      long began = System.nanoTime();
      var put = etcd.put(Push.SERVICE, like);
      Http.await(next.future().map(seen -> samplesAdd(samples, began)));
      Http.await(put);
    }
    return samples;
  }

  private static boolean samplesAdd(Samples samples, long began) {
    samples.add(System.nanoTime() - began);
    return true;
  }

  /** Opens that many readers, makes changes, and gives how long each took to each reader. */
  static Samples fanOut(Bench bench, Manager manager, Push push, int readers, int changes)
      throws Exception {
    Samples samples = new Samples();
    try (Streams streams = new Streams(bench, manager.http().port(), readers)) {
      Crowd crowd = new Crowd(readers, push, samples);
      long opening = System.nanoTime();
      streams.open(EVENTS, readers, crowd::heard);
      double seconds = (System.nanoTime() - opening) / 1e9;
      for (int change = 0; change < changes; change++) {
        Promise<Void> all = crowd.expect();
        push.change();
        Http.await(all.future().timeout(WAIT_SECONDS, TimeUnit.SECONDS));
      }
      Bench.say(
          "sse: %,d readers in %s s, p50 %s ms, p99 %s ms, resident %s MiB"
              .formatted(
                  readers,
                  Figure.number(seconds),
                  Figure.number(samples.p50()),
                  Figure.number(samples.p99()),
                  Figure.number(manager.server().residentMib())));
    }
    return samples;
  }

  /** All readers together. */
  private static final class Crowd {
    private final int readers;
    private final Push push;
    private final Samples samples;
    private final long[] told;
    private @Nullable Promise<Void> all;
    private @Nullable String frame;
    private long change;
    private long began;
    private int heard;

    Crowd(int readers, Push push, Samples samples) {
      this.readers = readers;
      this.push = push;
      this.samples = samples;
      this.told = new long[readers];
    }

    synchronized Promise<Void> expect() {
      Promise<Void> next = Promise.promise();
      change++;
      heard = 0;
      frame = null;
      all = next;
      began = System.nanoTime();
      return next;
    }

    synchronized void heard(String given, int number) {
      Promise<Void> waiting = all;
      Buffer payload = Streams.config(given);
      if (payload == null || waiting == null) {
        return;
      }
      if (frame == null) {
        try {
          push.verify(payload);
        } catch (RuntimeException e) {
          waiting.tryFail(e);
        }
        frame = given;
      }
      if (!given.equals(frame) || told[number] != change - 1) {
        waiting.tryFail("reader " + number + " was told otherwise: " + given);
      }
      told[number] = change;
      samples.add(System.nanoTime() - began);
      if (++heard == readers) {
        waiting.tryComplete();
      }
    }
  }
}
