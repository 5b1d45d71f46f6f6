package dev.holdfast.settings;

import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Builds what storage is asked to write of a service. */
final class Writes {
  private Writes() {}

  /** Makes a service that does not exist. */
  static ServiceWrite create(CompiledSchema schema, Values values, List<Difference> history) {
    return new ServiceWrite.Put(
        schema.service(),
        0,
        values,
        schema.setKeys(values.map()),
        schema.items(values, schema.keys(values)),
        Set.of(),
        history);
  }

  /** Changes the settings of a service under the schema it has: only the rows that differ. */
  static ServiceWrite change(
      CompiledSchema schema, ServiceSnapshot before, Values values, List<Difference> differences) {
    Set<String> changed = new TreeSet<>();
    Set<String> removed = new TreeSet<>();
    for (Difference difference : differences) {
      boolean gone = schema.untyped() && !values.has(difference.key());
      (gone ? removed : changed).add(difference.key());
    }
    return new ServiceWrite.Put(
        schema.service(),
        before.version(),
        values,
        schema.setKeys(values.map()),
        schema.items(values, changed),
        removed,
        differences);
  }

  /** Takes a service over to another schema: every row is written, since all may read otherwise. */
  static ServiceWrite reshape(
      CompiledSchema schema,
      long version,
      Values before,
      Values values,
      List<Difference> differences) {
    return reshape(schema, version, before.map().keySet(), values, differences);
  }

  /** As above, where the rows there were are known. */
  static ServiceWrite reshape(
      CompiledSchema schema,
      long version,
      Set<String> rowsBefore,
      Values values,
      List<Difference> differences) {
    Set<String> removed = new TreeSet<>(rowsBefore);
    removed.removeAll(schema.keys(values));
    return new ServiceWrite.Put(
        schema.service(),
        version,
        values,
        schema.setKeys(values.map()),
        schema.items(values, schema.keys(values)),
        removed,
        differences);
  }

  /** Deletes a service; its history tells what it held. */
  static ServiceWrite remove(CompiledSchema schema, ServiceSnapshot before) {
    List<Difference> history = new ArrayList<>();
    before
        .effective()
        .map()
        .forEach(
            (key, value) -> {
              if (value != null && !schema.secret(key)) {
                history.add(new Difference(key, value, null));
              }
            });
    return new ServiceWrite.Remove(before.service(), before.version(), history);
  }
}
