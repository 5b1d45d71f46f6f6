package dev.holdfast.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A wall clock for one process that jumps when it is told to. The monotonic clock is left as it is,
 * as in a real jump.
 *
 * <p>Not libfaketime: version 0.9.10 takes over timed waits on condition variables as well, and
 * with glibc 2.36 those of a JVM return at once, so that it spins and never gets ready.
 */
final class FalseClock {
  private static final String SOURCE =
      """
      #define _GNU_SOURCE
      #include <fcntl.h>
      #include <stdint.h>
      #include <stdlib.h>
      #include <sys/mman.h>
      #include <sys/syscall.h>
      #include <sys/time.h>
      #include <time.h>
      #include <unistd.h>

      static volatile int64_t *offset;

      __attribute__((constructor)) static void begin(void) {
        const char *path = getenv("FALSE_CLOCK");
        int file = path ? open(path, O_RDONLY) : -1;
        if (file >= 0) {
          void *mapped = mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
          if (mapped != MAP_FAILED) offset = mapped;
          close(file);
        }
      }

      int clock_gettime(clockid_t id, struct timespec *at) {
        int result = syscall(SYS_clock_gettime, id, at);
        if (result == 0 && offset && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
          at->tv_sec += *offset;
        return result;
      }

      int gettimeofday(struct timeval *restrict at, void *restrict zone) {
        struct timespec now;
        int result = clock_gettime(CLOCK_REALTIME, &now);
        (void) zone;
        at->tv_sec = now.tv_sec;
        at->tv_usec = now.tv_nsec / 1000;
        return result;
      }

      time_t time(time_t *at) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        if (at) *at = now.tv_sec;
        return now.tv_sec;
      }
      """;

  private final Path library;
  private final Path offset;

  private FalseClock(Path library, Path offset) {
    this.library = library;
    this.offset = offset;
  }

  /** Makes one that goes right so far; needs {@code cc}. */
  static FalseClock in(Path folder) throws Exception {
    Path source = Files.writeString(folder.resolve("clock.c"), SOURCE);
    Path library = folder.resolve("clock.so");
    Chaos.run("cc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString());
    FalseClock clock = new FalseClock(library, folder.resolve("clock.offset"));
    clock.set(0);
    return clock;
  }

  /** With these in its environment a process lives by this clock. */
  Map<String, String> environment() {
    return Map.of("LD_PRELOAD", library.toString(), "FALSE_CLOCK", offset.toString());
  }

  /** Jumps to so many seconds off the true time. */
  void set(long seconds) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    bytes.putLong(seconds).flip();
    try (FileChannel file =
        FileChannel.open(offset, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(bytes, 0);
    }
  }
}
