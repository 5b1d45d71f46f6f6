package dev.holdfast.client;

import dev.holdfast.json.StrictJson;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Updates as server-sent events (WHATWG HTML). Belongs to one event loop. */
final class SseLink implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(SseLink.class);
  private static final int LONGEST_LINE = StrictJson.MAX_BYTES + 4_096;
  // The manager sends a comment every 15 s.
  private static final long SILENCE_MILLIS = 40_000;
  private static final long GATHER_MILLIS = 5;

  private final Vertx vertx;
  private final ManagerHttp manager;
  private final Listener listener;
  private final Pauses pauses;
  private final TreeSet<String> services = new TreeSet<>();
  private @Nullable HttpClientResponse stream;
  private @Nullable String lastId;
  private String event = "";
  private String data = "";
  private int generation;
  private long watch = -1;
  private long gathering = -1;
  private boolean told;

  SseLink(Vertx vertx, ManagerHttp manager, Listener listener) {
    this.vertx = vertx;
    this.manager = manager;
    this.listener = listener;
    this.pauses = new Pauses(vertx, 250, 4_000);
  }

  @Override
  public void follow(String service) {
    if (services.add(service) && gathering < 0) {
      // Services that are asked for together share one stream.
      gathering =
          vertx.setTimer(
              GATHER_MILLIS,
              id -> {
                gathering = -1;
                open();
              });
    }
  }

  @Override
  public Future<Void> report(Report report) {
    return Future.failedFuture("reports go over MQTT");
  }

  @Override
  public Future<Void> close() {
    pauses.end();
    vertx.cancelTimer(gathering);
    cut();
    return Future.succeededFuture();
  }

  private void open() {
    cut();
    if (pauses.ended()) {
      return;
    }
    int mine = generation;
    manager
        .events("?services=" + String.join(",", services), lastId)
        .onSuccess(response -> listen(response, mine))
        .onFailure(failure -> ended(mine, String.valueOf(failure.getMessage())));
  }

  private void listen(HttpClientResponse response, int mine) {
    if (mine != generation) {
      response.request().reset();
      return;
    }
    stream = response;
    told = false;
    RecordParser lines =
        RecordParser.newDelimited("\n", line -> line(line.toString(StandardCharsets.UTF_8)))
            .maxRecordSize(LONGEST_LINE);
    lines.exceptionHandler(failure -> ended(mine, String.valueOf(failure.getMessage())));
    response
        .handler(
            part -> {
              watch(mine);
              lines.handle(part);
            })
        .exceptionHandler(failure -> ended(mine, String.valueOf(failure.getMessage())))
        .endHandler(done -> ended(mine, "the manager ended the stream"));
    watch(mine);
    response.resume();
    pauses.well();
    listener.missed("the stream is back");
  }

  private void line(String raw) {
    String line = raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw;
    if (line.isEmpty()) {
      dispatch();
      return;
    }
    int colon = line.indexOf(':');
    String field = colon < 0 ? line : line.substring(0, colon);
    String rest = colon < 0 ? "" : line.substring(colon + 1);
    String value = rest.startsWith(" ") ? rest.substring(1) : rest;
    switch (field) {
      case "id" -> lastId = value;
      case "event" -> event = value;
      case "data" -> data = data.isEmpty() ? value : data + "\n" + value;
      default -> {
        return;
      }
    }
  }

  private void dispatch() {
    String name = event;
    String content = data;
    event = "";
    data = "";
    if (name.equals("reset")) {
      listener.missed("the manager cannot tell what was missed");
    } else if (name.equals("config")) {
      byte[] payload = content.getBytes(StandardCharsets.UTF_8);
      String service = Verifier.serviceOf(payload);
      if (service != null && services.contains(service)) {
        listener.pushed(service, payload, Origin.SSE);
      }
    }
  }

  private void watch(int mine) {
    vertx.cancelTimer(watch);
    watch = vertx.setTimer(SILENCE_MILLIS, id -> ended(mine, "nothing heard for 40 s"));
  }

  private void ended(int mine, String reason) {
    if (mine != generation) {
      return;
    }
    cut();
    if (!told) {
      told = true;
      LOG.warn("no stream of events: {}; trying on", reason);
    }
    pauses.later(this::open);
  }

  private void cut() {
    generation++;
    vertx.cancelTimer(watch);
    event = "";
    data = "";
    HttpClientResponse open = stream;
    stream = null;
    if (open != null) {
      open.request().reset();
    }
  }
}
