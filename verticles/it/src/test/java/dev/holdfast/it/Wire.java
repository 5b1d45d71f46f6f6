package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 connection by hand, for what a well-behaved client does not send: any path, any
 * header, any bytes, from any address of the loopback net.
 */
final class Wire implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  /** What came back. */
  record Reply(int status, List<String> head, String body) {
    /** The first header of that name, or null. */
    String header(String name) {
      return headers(name).stream().findFirst().orElse(null);
    }

    List<String> headers(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return head.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()).strip())
          .toList();
    }

    JsonObject json() {
      return new JsonObject(body);
    }
  }

  /** Over a socket that is connected. */
  Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static Wire to(ManagerProcess manager) throws IOException {
    return from("127.0.0.1", manager);
  }

  /** From an address such as {@code 127.0.0.66}. */
  static Wire from(String address, ManagerProcess manager) throws IOException {
    return new Wire(
        new Socket(InetAddress.getLoopbackAddress(), manager.port, address(address), 0));
  }

  /** An IPv4 address. */
  static InetAddress address(String dotted) throws IOException {
    byte[] bytes = new byte[4];
    String[] parts = dotted.split("\\.", -1);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(parts[i]);
    }
    return InetAddress.getByAddress(bytes);
  }

  /** One call on a connection of its own, with a JSON body (none where null). */
  static Reply once(
      ManagerProcess manager,
      String method,
      String target,
      Map<String, String> headers,
      String body)
      throws IOException {
    try (Wire wire = to(manager)) {
      return wire.call(method, target, headers, body);
    }
  }

  /** With a JSON body (none where null). */
  Reply call(String method, String target, Map<String, String> headers, String body)
      throws IOException {
    if (body == null) {
      return send(method, target, headers, new byte[0]);
    }
    Map<String, String> all = new java.util.HashMap<>(headers);
    all.putIfAbsent("Content-Type", "application/json");
    return send(method, target, all, body.getBytes(UTF_8));
  }

  /** Sends as it stands; of a stream of events only the head is read. */
  Reply send(String method, String target, Map<String, String> headers, byte[] body)
      throws IOException {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: x\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (body.length > 0 || !method.equals("GET")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
    out.writeBytes(body);
    socket.getOutputStream().write(out.toByteArray());
    return read();
  }

  /** The next line, such as one of a stream of events. */
  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("closed after: " + line.toString(ISO_8859_1));
      }
      if (next == '\n') {
        String text = line.toString(UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(next);
    }
  }

  private Reply read() throws IOException {
    String first = line();
    List<String> head = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      head.add(line);
    }
    Reply reply = new Reply(Integer.parseInt(first.substring(9, 12)), head, "");
    String length = reply.header("Content-Length");
    byte[] body = length == null ? new byte[0] : in.readNBytes(Integer.parseInt(length));
    return new Reply(reply.status(), head, new String(body, UTF_8));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
