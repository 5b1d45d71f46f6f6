package dev.holdfast.http;

import dev.holdfast.bench.Sample;
import dev.holdfast.bench.Size;
import dev.holdfast.crypto.BenchKeys;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.crypto.SignUpdate;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.settings.BenchSchemas;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
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
import org.openjdk.jmh.annotations.Warmup;

/** What a change costs the HTTP room: the answers it keeps, and the frame of the stream. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBench {
  /** 15 settings of 1 KiB, or 100 of 64 KiB. */
  @Param({"KIB_1", "KIB_64"})
  public Size size;

  private ServiceSnapshot snapshot;
  private ServiceDocument before;
  private SseState state;
  private String payload;

  /** Two states of a service, and checks that the answers and the frame hold the newer one. */
  @Setup(Level.Trial)
  public void start() {
    ServiceSchema schema = BenchSchemas.of(size);
    Map<String, Object> config = Sample.config(size);
    before = ServiceDocument.of(Sample.snapshot(Sample.SERVICE, 6, config, schema), null);
    config.put("setting_001", 2L);
    snapshot = Sample.snapshot(Sample.SERVICE, 7, config, schema);
    state = SseState.of(snapshot);
    String canonical = Objects.requireNonNull(state.config());
    payload = new BenchKeys().sign(new SignUpdate(Sample.SERVICE, 7, Sample.EPOCH, canonical, 0));
    JsonObject full = new JsonObject(full().body());
    Sample.check(
        full.getJsonArray("fields").size() == size.keys()
            && CanonicalJson.write(full.getJsonObject("config").getMap()).equals(canonical),
        "full");
    JsonObject brief = new JsonObject(fullAndBrief().body());
    Sample.check(brief.getInteger("version") == 7 && !brief.containsKey("fields"), "brief");
    Sample.check(frame().whole().toString().endsWith("\ndata: " + payload + "\n\n"), "frame");
  }

  /** The answer with its fields, at once with each change. */
  @Benchmark
  public Encoded full() {
    return ServiceDocument.of(snapshot, before).full();
  }

  /** The same, and the answer without them, made when it is first asked for. */
  @Benchmark
  public Encoded fullAndBrief() {
    return ServiceDocument.of(snapshot, before).brief();
  }

  /** The frame of a signed update. */
  @Benchmark
  public SseFrame frame() {
    return SseFrames.signed(state, payload);
  }
}
