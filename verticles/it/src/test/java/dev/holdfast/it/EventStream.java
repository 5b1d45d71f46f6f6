package dev.holdfast.it;

import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A reader of server-sent events, by the WHATWG format, on the JDK's HTTP client. */
final class EventStream implements AutoCloseable {
  final List<Event> events = new CopyOnWriteArrayList<>();
  final HttpResponse<Stream<String>> response;
  volatile String lastId = "";
  volatile boolean ended;

  EventStream(ManagerProcess manager, String query, String lastEventId) throws Exception {
    this(manager, query, lastEventId, Map.of("X-API-Token", manager.reader()));
  }

  /** With headers of its own in place of the reader's token. */
  EventStream(ManagerProcess manager, String query, String lastEventId, Map<String, String> headers)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(manager.uri("/api/config/events" + query));
    headers.forEach(request::header);
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    response = manager.http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
    Thread reader = new Thread(this::read, "event-stream");
    reader.setDaemon(true);
    reader.start();
  }

  /** One event; {@code id} is the last event id as of it. */
  record Event(String type, String data, String id) {}

  private void read() {
    String type = "message";
    StringBuilder data = new StringBuilder();
    try (Stream<String> lines = response.body()) {
      for (String line : (Iterable<String>) lines::iterator) {
        if (line.isEmpty()) {
          if (data.length() > 0) {
            events.add(new Event(type, data.toString(), lastId));
          }
          type = "message";
          data.setLength(0);
        } else if (line.startsWith("event:")) {
          type = line.substring(6).strip();
        } else if (line.startsWith("data:")) {
          data.append(line.substring(5).strip());
        } else if (line.startsWith("id:")) {
          lastId = line.substring(3).strip();
        }
      }
      ended = true;
    } catch (UncheckedIOException e) {
      ended = true;
    }
  }

  List<Event> of(String type) {
    return events.stream().filter(event -> event.type().equals(type)).toList();
  }

  @Override
  public void close() {
    response.body().close();
  }
}
