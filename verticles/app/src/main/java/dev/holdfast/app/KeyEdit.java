package dev.holdfast.app;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a rotation does to the {@code .env} file.
 *
 * @param values the lines to set
 * @param removed the names whose lines go
 * @param done what to tell the operator
 */
record KeyEdit(Map<String, String> values, Set<String> removed, List<String> done) {
  KeyEdit {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    removed = Set.copyOf(removed);
    done = List.copyOf(done);
  }

  /** Without the values. */
  @Override
  public String toString() {
    return "KeyEdit" + values.keySet() + removed;
  }

  /**
   * Refuses what cannot be edited in the file.
   *
   * @throws StartFailure that says where the value is and what to do there
   */
  static void requireInFile(Layers.Settings settings, List<Variable> variables) {
    for (Variable variable : variables) {
      Layers.Origin origin = settings.origins().get(variable.name());
      if (origin != null && origin.file() != null) {
        throw StartFailure.configuration(
            variable.name()
                + " stands in the file that "
                + variable.fileForm()
                + " names, which this command does not edit: change the files as docs/cli.md says"
                + " under \"rotate\", with values of holdfast keygen");
      }
      if (origin != null && origin.layer() == Layers.Layer.ENVIRONMENT) {
        throw StartFailure.configuration(
            variable.name()
                + " comes from the process environment, which this command cannot edit: change it"
                + " there as docs/cli.md says under \"rotate\", with values of holdfast keygen");
      }
    }
  }
}
