package dev.holdfast.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs Litestream: starts it again when it ends, and when another file lies where the database was,
 * as after a rebuild or a restore. Blocks.
 */
final class Supervisor {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final long STEP_MILLIS = 500;
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;
  private static final long WELL_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long STOP_SECONDS = 8;

  private final Litestream litestream;
  private volatile boolean stopping;
  private volatile @Nullable Process running;

  Supervisor(Litestream litestream) {
    this.litestream = litestream;
  }

  /** Until the process is told to stop, which stops Litestream first. */
  void run() throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "holdfast-backup-stop"));
    long pause = FIRST_PAUSE_MILLIS;
    while (!stopping) {
      long began = System.nanoTime();
      boolean replaced = once();
      if (stopping) {
        return;
      }
      pause =
          replaced || System.nanoTime() - began > WELL_NANOS
              ? FIRST_PAUSE_MILLIS
              : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      TimeUnit.MILLISECONDS.sleep(pause);
    }
  }

  /** One run; whether it was ended because the database is another file. */
  private boolean once() throws InterruptedException {
    Path configuration = null;
    try {
      configuration = litestream.configurationFile();
      Object database = key();
      Process process = litestream.replicate(configuration);
      running = process;
      while (!process.waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
        Object now = key();
        if (database == null) {
          database = now;
        } else if (now != null && !Objects.equals(database, now)) {
          LOG.warn("the database is another file: litestream is started again");
          end(process);
          return true;
        }
      }
      if (!stopping) {
        LOG.error("litestream ended with {}: it is started again", process.exitValue());
      }
      return false;
    } catch (IOException e) {
      LOG.error("{}", e.getMessage());
      return false;
    } finally {
      delete(configuration);
    }
  }

  private @Nullable Object key() {
    try {
      return Files.readAttributes(
              litestream.database(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  private void stop() {
    stopping = true;
    Process process = running;
    if (process != null) {
      try {
        end(process);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
