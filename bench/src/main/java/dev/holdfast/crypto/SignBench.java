package dev.holdfast.crypto;

import dev.holdfast.bench.Sample;
import dev.holdfast.bench.Size;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.crypto.SignUpdate;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
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

/** Signing one update, and what each receiver does with it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SignBench {
  /** Of the settings in the update. */
  @Param({"KIB_1", "KIB_64"})
  public Size size;

  private final BenchKeys keys = new BenchKeys();
  private SignUpdate asked;
  private Ed25519PublicKeyParameters publicKey;
  private String text;
  private byte[] signature;

  /** Signs one, and checks that its signature verifies and one of another text does not. */
  @Setup(Level.Trial)
  public void start() {
    String config = CanonicalJson.write(Sample.config(size));
    asked = new SignUpdate(Sample.SERVICE, 7, Sample.EPOCH, config, 0);
    String pem = keys.ring().described().signatureKeys().get(0).pem();
    publicKey = Ed25519Der.readPublic(Pem.read(pem, Pem.PUBLIC_KEY).get(0));
    Map<String, @Nullable Object> update =
        StrictJson.object(keys.sign(asked).getBytes(StandardCharsets.UTF_8));
    text =
        String.join(
            "|",
            "7",
            Sample.SERVICE,
            config,
            String.valueOf(update.get("checksum")),
            Sample.EPOCH,
            String.valueOf(update.get("issued_at")));
    signature = Base64Text.read(String.valueOf(update.get("signature")));
    Sample.check(verify() && !verifies(text + " "), "verify");
  }

  /** A fresh update: checksum, signature, payload. */
  @Benchmark
  public String sign() {
    return keys.sign(asked);
  }

  /** The signature alone, over the signed text. */
  @Benchmark
  public boolean verify() {
    return verifies(text);
  }

  private boolean verifies(String signed) {
    byte[] message = signed.getBytes(StandardCharsets.UTF_8);
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, publicKey);
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }
}
