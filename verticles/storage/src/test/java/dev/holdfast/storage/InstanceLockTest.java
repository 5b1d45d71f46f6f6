package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InstanceLockTest {
  @TempDir Path folder;
  private Path database;
  private Path file;
  private Process other;

  /** Another process: takes the lock, says how that went, and keeps it until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      try (InstanceLock lock = InstanceLock.take(Path.of(arguments[0]))) {
        System.out.println("taken");
        System.in.read();
        assertThat(lock).isNotNull();
      } catch (BusFailure e) {
        System.out.println(e.detail());
      }
    }
  }

  @BeforeEach
  void name() throws IOException {
    Files.createDirectory(folder.resolve("data"));
    database = folder.resolve("data/config.db");
    file = folder.resolve("data/config.db.lock");
  }

  @AfterEach
  void kill() throws InterruptedException {
    if (other != null) {
      other.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void take_free_makesPrivateFileWithTheProcessId() throws Exception {
    try (InstanceLock lock = InstanceLock.take(database)) {
      assertThat(lock).isNotNull();
      assertThat(file).hasContent(String.valueOf(ProcessHandle.current().pid()));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(database).doesNotExist();
    }
    try (InstanceLock again = InstanceLock.take(database)) {
      assertThat(again).isNotNull();
    }
  }

  @Test
  void take_heldByAnotherProcess_failsAndNamesItAndEndsWithIt() throws Exception {
    assertThat(another()).isEqualTo("taken");

    BusFailure failure =
        catchThrowableOfType(BusFailure.class, () -> InstanceLock.take(database).close());
    assertThat(failure.code()).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(failure.detail())
        .startsWith(file + ": held by another manager (process " + other.pid() + ")")
        .doesNotContain("\n");

    kill();
    try (InstanceLock lock = InstanceLock.take(database)) {
      assertThat(lock).isNotNull();
      assertThat(file).hasContent(String.valueOf(ProcessHandle.current().pid()));
    }
  }

  @Test
  void take_twiceInOneProcess_isRefusedAndTheFirstStillHolds() throws Exception {
    try (InstanceLock lock = InstanceLock.take(database)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> InstanceLock.take(folder.resolve("data/../data/config.db")).close())
          .isInstanceOf(BusFailure.class)
          .hasMessageContaining("held by another manager");
      assertThat(another()).contains("held by another manager (process ");
    }
    kill();
    assertThat(another()).isEqualTo("taken");
  }

  @Test
  void close_twice_givesOnlyItsOwnLockBack() throws Exception {
    InstanceLock first = InstanceLock.take(database);
    first.close();
    try (InstanceLock second = InstanceLock.take(database)) {
      assertThat(second).isNotNull();
      first.close();
      assertThat(another()).contains("held by another manager");
    }
  }

  @Test
  void take_linkOrFolderInItsPlace_failsStorageFailed() throws Exception {
    Path target = Files.writeString(folder.resolve("target"), "theirs");
    Files.createSymbolicLink(file, target);
    BusFailure link =
        catchThrowableOfType(BusFailure.class, () -> InstanceLock.take(database).close());
    assertThat(link.code()).isEqualTo(FailureCode.STORAGE_FAILED);
    assertThat(target).hasContent("theirs");

    Files.delete(file);
    Files.createDirectory(file);
    BusFailure inItsPlace =
        catchThrowableOfType(BusFailure.class, () -> InstanceLock.take(database).close());
    assertThat(inItsPlace.code()).isEqualTo(FailureCode.STORAGE_FAILED);
    Files.delete(file);
    try (InstanceLock lock = InstanceLock.take(database)) {
      assertThat(lock).as("a failure leaves nothing behind").isNotNull();
    }
  }

  /** Starts another process on the lock and gives back what it says. */
  private String another() throws IOException {
    other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                database.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader said = other.inputReader();
    return said.readLine();
  }
}
