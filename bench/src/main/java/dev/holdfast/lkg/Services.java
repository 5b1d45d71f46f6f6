package dev.holdfast.lkg;

import dev.holdfast.bench.Sample;
import dev.holdfast.bench.Size;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How many services are in the file; their schemas are files, so they are not in it. */
public enum Services {
  /** 10 of 1 KiB. */
  KB_10(10, Size.KIB_1),
  /** 1,000 of 1 KiB. */
  MB_1(1_000, Size.KIB_1),
  /** 1,000 of 10 KiB. */
  MB_10(1_000, Size.KIB_10);

  static final String AT = "2026-01-02T03:04:05.678901Z";
  static final String KEY_ID = "0a6f8f5e-56a5-4f0b-8a43-0d6f3a1a9a10";

  private final int count;
  private final Size size;

  Services(int count, Size size) {
    this.count = count;
    this.size = size;
  }

  int count() {
    return count;
  }

  /** All of them, each a version of its own. */
  Mirror mirror() {
    Map<String, Object> config = Sample.config(size);
    String document = CanonicalJson.write(Sample.schema(size));
    List<ServiceSnapshot> all =
        IntStream.range(0, count)
            .mapToObj(
                i -> {
                  String name = "service-%04d".formatted(i);
                  return Sample.snapshot(
                      name,
                      i + 1,
                      config,
                      new ServiceSchema(name, SchemaOrigin.SHIPPED, document, List.of()));
                })
            .toList();
    Mirror mirror = new Mirror();
    mirror.load(new State(count, Sample.EPOCH, 1, all, List.of()));
    return mirror;
  }
}
