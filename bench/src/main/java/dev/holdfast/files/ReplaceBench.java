package dev.holdfast.files;

import dev.holdfast.bench.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A durable replacement of a file: write, fsync, rename, fsync of the folder. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReplaceBench {
  /** Of the file, in MB. */
  @Param({"1", "10"})
  public int megabytes;

  private Path folder;
  private Path file;
  private byte[] content;

  /** A folder under {@code java.io.tmpdir}, and checks that what is written is what is read. */
  @Setup(Level.Trial)
  public void start() throws IOException {
    content = new byte[megabytes * 1_000_000];
    new SplittableRandom(1).nextBytes(content);
    folder = Files.createTempDirectory("holdfast-bench");
    file = folder.resolve("file");
    replace();
    replace();
    Sample.check(Arrays.equals(DurableFiles.read(file), content), "replace");
  }

  /** The folder away. */
  @TearDown(Level.Trial)
  public void stop() throws IOException {
    DurableFiles.deleteTree(folder);
  }

  /** One replacement. */
  @Benchmark
  public void replace() throws IOException {
    DurableFiles.replace(file, content);
  }
}
