package dev.holdfast.settings;

import dev.holdfast.bench.Sample;
import dev.holdfast.bench.Size;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSchema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The schema of the sample settings, compiled. */
public final class BenchSchemas {
  private BenchSchemas() {}

  /** As the other rooms see it. */
  public static ServiceSchema of(Size size) {
    return compile(size).schema();
  }

  static CompiledSchema compile(Size size) {
    SchemaCompiler.Compiled compiled =
        new SchemaCompiler()
            .compile(Sample.SERVICE, SchemaOrigin.DIRECTORY, Sample.read(Sample.schema(size)));
    @Nullable CompiledSchema schema = compiled.schema();
    return Objects.requireNonNull(schema, () -> compiled.faults().toString());
  }
}
