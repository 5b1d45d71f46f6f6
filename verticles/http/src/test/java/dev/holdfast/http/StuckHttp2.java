package dev.holdfast.http;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks over HTTP/2 without TLS (RFC 9113) for more than it ever reads. */
final class StuckHttp2 {
  private static final int SETTINGS = 4;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int WINDOW_UPDATE = 8;
  private static final int HEADERS = 1;
  private static final int END_OF_STREAM_AND_HEADERS = 5;
  private static final int LARGEST_WINDOW = Integer.MAX_VALUE;
  private static final int FIRST_WINDOW = 65_535;

  private StuckHttp2() {}

  /** Sends a GET with the largest windows; the socket has a small receive buffer. */
  static Socket ask(int port, String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    frame(out, SETTINGS, 0, 0, 6);
    out.writeShort(INITIAL_WINDOW_SIZE);
    out.writeInt(LARGEST_WINDOW);
    frame(out, WINDOW_UPDATE, 0, 0, 4);
    out.writeInt(LARGEST_WINDOW - FIRST_WINDOW);
    byte[] headers = headers(path);
    frame(out, HEADERS, END_OF_STREAM_AND_HEADERS, 1, headers.length);
    out.write(headers);
    out.flush();
    return socket;
  }

  private static void frame(DataOutputStream out, int type, int flags, int stream, int length)
      throws IOException {
    out.writeByte(0);
    out.writeShort(length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
  }

  /** HPACK (RFC 7541): from its table {@code GET} and {@code http}, the rest as literals. */
  private static byte[] headers(String path) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x82);
    out.write(0x86);
    literal(out, 4, path);
    literal(out, 1, "localhost");
    return out.toByteArray();
  }

  private static void literal(ByteArrayOutputStream out, int name, String value) {
    out.write(name);
    out.write(value.length());
    out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
  }
}
