package dev.holdfast.settings;

import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.Difference;
import java.util.List;

/** What a change is answered. */
final class Results {
  private Results() {}

  /** Nothing was changed. */
  static ChangeResult unchanged(
      Memory memory, String service, String message, List<Difference> differences) {
    return new ChangeResult(
        memory.version(service),
        memory.epoch(),
        memory.revision(),
        message,
        differences,
        ConfigChanged.nothing(memory.epoch(), memory.schemaVersion()));
  }

  /** A service is another now. */
  static ChangeResult changed(ConfigChanged event, String message, List<Difference> differences) {
    return new ChangeResult(
        event.changed().get(0).version(),
        event.epoch(),
        event.revision(),
        message,
        differences,
        event);
  }

  /** {@code 1 setting}, {@code 3 settings}. */
  static String count(List<Difference> differences) {
    return differences.size() + (differences.size() == 1 ? " setting" : " settings");
  }

  /** The keys, the first ten of them by name. */
  static String keys(List<Difference> differences) {
    int named = Math.min(differences.size(), 10);
    String keys =
        String.join(", ", differences.subList(0, named).stream().map(Difference::key).toList());
    return differences.size() > named
        ? keys + " and " + (differences.size() - named) + " more"
        : keys;
  }
}
