package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.erdtman.jcs.JsonCanonicalizer;

/** A manager's folder that is made bad before it starts, and good again. */
final class BadGround implements AutoCloseable {
  static final String DATABASE = "config.db";
  static final String LKG = "config.lkg.json";
  static final String EPOCH = "health+epoch.json";

  private final Path folder;
  private final Path whole;
  private Connection lock;
  private Chaos.Disk disk;

  /**
   * What is done before the start or to heal it.
   *
   * @see BadGroundIT
   */
  @FunctionalInterface
  interface Step {
    void on(BadGround ground) throws Exception;
  }

  /**
   * @param folder a copy that may be damaged
   * @param whole the folder it is a copy of
   */
  BadGround(Path folder, Path whole) {
    this.folder = folder;
    this.whole = whole;
  }

  Path file(String name) {
    return folder.resolve("data/config").resolve(name);
  }

  void remove(String... names) throws IOException {
    for (String name : names) {
      Files.delete(file(name));
    }
  }

  /** As it was before it was damaged, there at once. */
  void putBack(String name) throws IOException {
    put(whole.resolve("data/config").resolve(name), name);
  }

  /** A file of another folder of the same manager. */
  void put(Path from, String name) throws IOException {
    Path made = Files.copy(from, file(name + ".new"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(made, file(name), StandardCopyOption.ATOMIC_MOVE);
  }

  void write(String name, byte[] bytes) throws IOException {
    Files.write(file(name), bytes);
  }

  byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(file(name));
  }

  /** A bit of the middle is another. */
  void flip(String name) throws IOException {
    byte[] bytes = bytes(name);
    bytes[bytes.length / 2] ^= 1;
    write(name, bytes);
  }

  /** What another program, or a newer one, did to the database, with no log left beside it. */
  void sql(String... statements) throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Holds the database until {@link #release}. */
  void lock() throws Exception {
    lock = connect();
    try (Statement statement = lock.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
    }
  }

  private Connection connect() throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + file(DATABASE));
  }

  /** Moves the data to a file system of their own. */
  private Chaos.Disk ownDisk() throws Exception {
    Path data = folder.resolve("data");
    Path aside = Files.move(data, folder.resolve("data.aside"));
    disk = Chaos.tmpfs(data, 16);
    Chaos.run("cp", "-a", aside + "/.", data.toString());
    Chaos.run("chmod", "700", data.toString());
    return disk;
  }

  void readOnly() throws Exception {
    ownDisk().remount("ro");
  }

  void writable() throws Exception {
    disk.remount("rw");
  }

  /** Not one byte more fits. */
  void fill() throws Exception {
    Path filler = ownDisk().point().resolve("filler");
    try (OutputStream out = Files.newOutputStream(filler, StandardOpenOption.CREATE_NEW)) {
      byte[] block = new byte[1 << 12];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      // As full as it gets.
    }
  }

  void free() throws IOException {
    Files.delete(disk.point().resolve("filler"));
  }

  /** A file of the manager's, altered and signed anew with the manager's own key. */
  void resign(String name, String member, String value) throws Exception {
    JsonObject file = new JsonObject(Files.readString(file(name)));
    if (name.equals(LKG)) {
      file.getJsonObject("payload").put(member, value);
      file.put("signature", hmac(file.getJsonObject("payload")));
    } else {
      file.put(member, value).remove("hmac");
      file.put("hmac", hmac(file));
    }
    write(name, canonical(file).getBytes(UTF_8));
  }

  private String hmac(JsonObject of) throws Exception {
    String line =
        Files.readAllLines(folder.resolve(".env")).stream()
            .filter(each -> each.startsWith("LKG_HMAC_KEY_BASE64="))
            .findFirst()
            .orElseThrow();
    String key = line.substring(line.indexOf('=') + 1).replace("\"", "");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(canonical(of).getBytes(UTF_8)));
  }

  private static String canonical(JsonObject json) throws IOException {
    return new JsonCanonicalizer(json.encode()).getEncodedString();
  }

  /** Lets go of the lock. */
  void release() throws SQLException {
    if (lock != null) {
      lock.close();
    }
  }

  /** Undoes what outlives the folder. */
  @Override
  public void close() throws SQLException {
    release();
    if (disk != null) {
      disk.close();
    }
  }

  /** A copy in which the same manager made one change more. */
  static Path later(Truth truth, Path to, Map<String, String> environment) throws Exception {
    truth.copy(to);
    try (ManagerProcess manager = Witness.started(to, environment)) {
      long version = manager.service("router").getLong("version");
      HttpResponse<String> done =
          manager.patch("router", version, "{\"router_wake_ack_text\":\"canary-later\"}");
      assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
      Witness.await(
          Duration.ofSeconds(5),
          "the cache holds it",
          () -> Files.readString(manager.data(LKG)).contains("canary-later"),
          () -> Files.readString(manager.data(LKG)));
      manager.terminate();
    }
    return to;
  }

  /** A search finds what is served. */
  static void isSearched(ManagerProcess manager) throws Exception {
    HttpResponse<String> found =
        manager.call(
            "POST", "/api/config/search", manager.reader(), "{\"query\":\"wake_ack_text\"}");
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    assertThat(found.body()).contains("\"key\":\"router_wake_ack_text\"");
  }

  static void isWritable(ManagerProcess manager) throws Exception {
    long version = manager.service("router").getLong("version");
    HttpResponse<String> done =
        manager.patch("router", version, "{\"router_wake_ack_text\":\"canary-new\"}");
    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
  }

  /** How many lines of the log are of that level and text. */
  static long said(ManagerProcess manager, String level, String text) {
    return ManagerProcess.text(manager.log())
        .lines()
        .filter(line -> line.matches("\\S+ +(" + level + ") +\\S+: " + text))
        .count();
  }

  /**
   * The database and the files beside it; not its log, nor a lock, which hold nothing yet. Of the
   * epoch file only what it says of the data: the state of the manager stands in it as well.
   */
  static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve("data/config"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.equals(EPOCH)) {
          contents.put(name, life(Files.readString(file, ISO_8859_1)));
        } else if (!name.matches(".*(-wal|-shm|\\.lock)")) {
          contents.put(name, Receiver.sha256(HexFormat.of().formatHex(Files.readAllBytes(file))));
        }
      }
    }
    return contents;
  }

  /** Epoch and revision, or the whole where it cannot be read. */
  private static String life(String epochFile) {
    try {
      JsonObject file = new JsonObject(epochFile);
      return file.getString("config_epoch") + "/" + file.getLong("revision");
    } catch (RuntimeException e) {
      return epochFile;
    }
  }
}
