package dev.holdfast.crypto;

import dev.holdfast.bench.Sample;
import dev.holdfast.messages.crypto.OpenSecrets;
import dev.holdfast.messages.crypto.SealSecrets;
import dev.holdfast.messages.crypto.SealSecrets.Plain;
import dev.holdfast.messages.crypto.SealedSecret;
import dev.holdfast.messages.crypto.SecretsOpened;
import dev.holdfast.messages.crypto.SecretsSealed;
import dev.holdfast.model.SecretValue;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One secret, as it is stored and as it is shown. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SealBench {
  private static final SecretValue SECRET =
      SecretValue.of("a secret of forty characters, as keys are");

  private final Sealer sealer = new BenchKeys().ring().sealer(new SecureRandom());
  private final SealSecrets clear =
      new SealSecrets(List.of(new Plain(Sample.SERVICE, "api_key", SECRET)));
  private OpenSecrets sealed;

  /** Seals one, and checks that it opens to the same and at another place to nothing. */
  @Setup(Level.Trial)
  public void start() {
    sealed = sealedFor("api_key");
    Sample.check(SECRET.equals(open().opened().get(0).value()), "open");
    Sample.check(sealer.open(sealedFor("other_key")).opened().get(0).value() == null, "bound");
  }

  /** With a nonce from the system's random source. */
  @Benchmark
  public SecretsSealed seal() {
    return sealer.seal(clear);
  }

  /** With the present key. */
  @Benchmark
  public SecretsOpened open() {
    return sealer.open(sealed);
  }

  private OpenSecrets sealedFor(String key) {
    return new OpenSecrets(
        List.of(new SealedSecret(Sample.SERVICE, key, sealer.seal(clear).sealed().get(0))));
  }
}
