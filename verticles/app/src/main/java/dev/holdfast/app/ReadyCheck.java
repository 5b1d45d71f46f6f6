package dev.holdfast.app;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/**
 * Whether the manager of this container answers reads: for images without a shell. Exits 0 where it
 * does, else 1. With TLS only whether it listens, since its certificate is for another name.
 */
public final class ReadyCheck {
  private static final int PATIENCE_MILLIS = 3_000;

  private ReadyCheck() {}

  /** Asks once. */
  public static void main(String[] arguments) {
    try {
      Values values = new Values(Layers.read(System.getenv()).values());
      int port = values.integer(Variable.CONFIG_MANAGER_PORT, 1, 65_535);
      boolean tls = values.has(Variable.CONFIG_MANAGER_TLS_CERT);
      Runtime.getRuntime().exit(tls ? listens(port) : ready(port));
    } catch (StartFailure e) {
      System.err.println(e.line());
      Runtime.getRuntime().exit(1);
    }
  }

  private static int listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      return 0;
    } catch (IOException e) {
      return told(e);
    }
  }

  private static int ready(int port) {
    try {
      URI uri = URI.create("http://127.0.0.1:" + port + "/health/ready");
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      return connection.getResponseCode() == 200 ? 0 : 1;
    } catch (IOException e) {
      return told(e);
    }
  }

  private static int told(IOException e) {
    System.err.println(e.getMessage());
    return 1;
  }
}
