package dev.holdfast.http;

import dev.holdfast.bench.Sample;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.Warmup;

/** What every request with a token pays to be let in. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenBench {
  /** How many tokens there are. */
  @Param({"2", "20"})
  public int tokens;

  private final MessageDigest sha256 = Tokens.sha256();
  private Tokens known;
  private String token;

  /** Reads the tokens, and checks that the last is known and another is not. */
  @Setup(Level.Trial)
  public void start() {
    known =
        Tokens.parse(
            IntStream.range(0, tokens)
                .mapToObj(i -> token(i) + ":config.write:tool-" + i)
                .collect(Collectors.toList()));
    token = token(tokens);
    Sample.check(find() == null, "unknown");
    token = token(tokens - 1);
    Grant grant = find();
    Sample.check(grant != null && grant.name().equals("tool-" + (tokens - 1)), "known");
  }

  /** The digest of a token, and whose it is, in the steps of {@link Authenticator}. */
  @Benchmark
  public @Nullable Grant find() {
    Grant grant = known.find(sha256.digest(Tokens.bytes(token)));
    return grant != null && known.isWeak(grant) ? null : grant;
  }

  private static String token(int i) {
    return "k9f2Xw7Qm4Zt8Rb1Ls6Vd3Hc5Jn0Pg%02d".formatted(i);
  }
}
