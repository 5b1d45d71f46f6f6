package dev.holdfast.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An S3 store as a process of its own: S3Proxy, whose bucket is a folder. */
final class S3Store implements AutoCloseable {
  static final String KEY = "an-access-key";
  static final String SECRET = "canary-s3-secret-key";
  private static final Path JAR = ManagerProcess.ROOT.resolve("verticles/it/target/s3proxy.jar");

  final int port;
  private final Path folder;
  private final Path settings;
  private Process process;

  private S3Store(Path folder, int port, Path settings) {
    this.folder = folder;
    this.port = port;
    this.settings = settings;
  }

  static S3Store start(Path parent) throws Exception {
    Path folder = Files.createDirectories(parent.resolve("s3"));
    Files.createDirectories(folder.resolve("bucket"));
    int port = ManagerProcess.freePort();
    Path settings =
        Files.write(
            parent.resolve("s3proxy.properties"),
            List.of(
                "s3proxy.endpoint=http://127.0.0.1:" + port,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + KEY,
                "s3proxy.credential=" + SECRET,
                "jclouds.provider=filesystem",
                "jclouds.filesystem.basedir=" + folder));
    S3Store store = new S3Store(folder, port, settings);
    store.startAgain();
    return store;
  }

  void startAgain() throws IOException {
    process =
        new ProcessBuilder(
                ManagerProcess.JAVA,
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                JAR.toString(),
                "org.gaul.s3proxy.Main",
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(settings.resolveSibling("s3proxy.log").toFile()))
            .start();
    await().atMost(Duration.ofSeconds(30)).until(this::listens);
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Takes it away. */
  void stop() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** What a manager needs to know of it. */
  Map<String, String> environment() {
    return Map.of(
        "LITESTREAM_S3_ENDPOINT",
        "http://127.0.0.1:" + port,
        "LITESTREAM_S3_BUCKET",
        "bucket",
        "LITESTREAM_S3_PATH",
        "a/path",
        "LITESTREAM_ACCESS_KEY_ID",
        KEY,
        "LITESTREAM_SECRET_ACCESS_KEY",
        SECRET);
  }

  /** Where the objects lie. */
  Path objects() {
    return folder.resolve("bucket/a/path");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
