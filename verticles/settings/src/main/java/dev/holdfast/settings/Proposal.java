package dev.holdfast.settings;

import dev.holdfast.messages.storage.CommitChange;
import java.util.List;
import java.util.Map;

/**
 * A change on its way to storage, together with what memory needs to follow it.
 *
 * @param change what storage is asked
 * @param shapes the schema of every service that the change puts, and every schema it registers
 */
record Proposal(CommitChange change, Map<String, CompiledSchema> shapes) {
  Proposal {
    shapes = Map.copyOf(shapes);
  }

  /** A change of one service. */
  static Proposal of(CommitChange change, CompiledSchema shape) {
    return new Proposal(change, Map.of(shape.service(), shape));
  }

  /** The services whose schema the change writes. */
  List<String> registers() {
    return change.schemas().stream().map(schema -> schema.service()).toList();
  }
}
