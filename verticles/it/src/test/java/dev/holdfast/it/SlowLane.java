package dev.holdfast.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Stands between a client and a server and lets through as little as it is told to. */
final class SlowLane implements AutoCloseable {
  private static final int STEP_MILLIS = 20;

  private final ServerSocket door;
  private final int target;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private volatile int bytesEachStep;

  /** In front of a port of this machine. */
  SlowLane(int target) throws IOException {
    this.target = target;
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    fast();
    start(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  void slow(int bytesEachSecond) {
    bytesEachStep = Math.max(1, bytesEachSecond * STEP_MILLIS / 1_000);
  }

  void fast() {
    bytesEachStep = 0;
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        start(() -> carry(client, server));
        start(() -> carry(server, client));
      } catch (IOException e) {
        // Closed, or nobody there: the client notices.
      }
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] bytes = new byte[8_192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      while (true) {
        int step = bytesEachStep;
        int count = in.read(bytes, 0, step == 0 ? bytes.length : Math.min(step, bytes.length));
        if (count < 0) {
          return;
        }
        out.write(bytes, 0, count);
        if (step != 0) {
          TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
      }
    } catch (IOException e) {
      // One side is gone, so the other goes too.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "slow-lane");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
