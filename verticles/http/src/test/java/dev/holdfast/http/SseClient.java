package dev.holdfast.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A plain reader of an event stream over HTTP/1.1, which also can refuse to read. */
final class SseClient implements AutoCloseable {
  /** One block of the stream; what it does not have is empty. */
  record Frame(String id, String event, String data, String comment) {
    static final Frame END = new Frame("", "end of stream", "", "");
  }

  private final Socket socket = new Socket();
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> head = new LinkedBlockingQueue<>();

  SseClient(int port, String query, int receiveBuffer, String... headers) throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    StringBuilder request =
        new StringBuilder("GET /api/config/events" + query + " HTTP/1.1\r\nHost: localhost\r\n");
    for (int i = 0; i < headers.length; i += 2) {
      request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    socket
        .getOutputStream()
        .write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Begins to read. */
  SseClient read() {
    Thread thread = new Thread(this::run, "sse-client");
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  /** The status line and the headers, in lower case. */
  String head() throws InterruptedException {
    return head.poll(5, TimeUnit.SECONDS);
  }

  /** The next frame, comments without an id left out; waits at most 5 s. */
  Frame next() throws InterruptedException {
    Frame frame = block();
    return frame.event().isEmpty() && frame.id().isEmpty() ? next() : frame;
  }

  /** The next frame, whatever it is. */
  Frame block() throws InterruptedException {
    Frame frame = frames.poll(5, TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError("no frame within 5 s");
    }
    return frame;
  }

  /** The next frames up to and with the one whose data has this text. */
  List<Frame> upTo(String text) throws InterruptedException {
    List<Frame> all = new ArrayList<>();
    Frame frame;
    do {
      frame = next();
      all.add(frame);
    } while (!frame.data().contains(text) && !frame.equals(Frame.END));
    return all;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void run() {
    try (InputStream in = new BufferedInputStream(socket.getInputStream())) {
      StringBuilder text = new StringBuilder();
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        text.append(line).append('\n');
      }
      head.add(text.toString().toLowerCase(Locale.ROOT));
      StringBuilder pending = new StringBuilder();
      for (int size = size(in); size > 0; size = size(in)) {
        pending.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
        line(in);
        for (int end = pending.indexOf("\n\n"); end >= 0; end = pending.indexOf("\n\n")) {
          frames.add(parse(pending.substring(0, end)));
          pending.delete(0, end + 2);
        }
      }
      frames.add(Frame.END);
    } catch (IOException | NumberFormatException e) {
      frames.add(Frame.END);
    }
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in).trim(), 16);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection ended");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private static Frame parse(String block) {
    String id = "";
    String event = "";
    String data = "";
    String comment = "";
    for (String line : block.lines().toList()) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, colon)) {
        case "id" -> id = value;
        case "event" -> event = value;
        case "data" -> data += value;
        default -> comment += ":" + value;
      }
    }
    return new Frame(id, event, data, comment);
  }
}
