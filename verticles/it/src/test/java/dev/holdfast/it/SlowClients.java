package dev.holdfast.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Connections that send one byte now and then, from many addresses, and never come to an end. */
final class SlowClients implements AutoCloseable {
  private static final int PER_ADDRESS = 40;
  private static final byte[] HEADER =
      ("GET /api/config/services HTTP/1.1\r\nHost: x\r\nX-Slow: " + "a".repeat(1000))
          .getBytes(StandardCharsets.US_ASCII);

  private final List<SocketChannel> open = new ArrayList<>();
  private volatile int left;
  private int sent;

  /** Opens them; one in five sends its header at once and is slow with the body. */
  SlowClients(ManagerProcess manager, int count, String token) throws IOException {
    byte[] whole =
        ("POST /api/config/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "X-API-Token: "
                + token
                + "\r\nContent-Length: 2000\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      int address = i / PER_ADDRESS;
      channel.bind(
          new InetSocketAddress(
              Wire.address("127.2." + address / 250 + "." + (address % 250 + 1)), 0));
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), manager.port));
      channel.configureBlocking(false);
      if (i % 5 == 0) {
        channel.write(ByteBuffer.wrap(whole));
      }
      open.add(channel);
    }
    left = count;
  }

  /** How many the manager has not closed yet. */
  int left() {
    return left;
  }

  /** A byte each, twice a second, until all are closed or the time is over. */
  void run(int seconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (left > 0 && System.nanoTime() < deadline) {
      for (Iterator<SocketChannel> each = open.iterator(); each.hasNext(); ) {
        if (closedByPeer(each.next())) {
          each.remove();
        }
      }
      sent++;
      left = open.size();
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  private boolean closedByPeer(SocketChannel channel) {
    try {
      ByteBuffer reply = ByteBuffer.allocate(4096);
      int read;
      do {
        reply.clear();
        read = channel.read(reply);
      } while (read > 0);
      if (read == 0) {
        channel.write(ByteBuffer.wrap(HEADER, sent % HEADER.length, 1));
        return false;
      }
      channel.close();
      return true;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : open) {
      channel.close();
    }
  }
}
