package dev.holdfast.backup;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the replica lies. Every call fails with a {@link Refused} where the credentials are not
 * accepted, and with anything else where the place does not answer.
 */
interface Store {
  /**
   * A thing that lies there.
   *
   * @param name under the folder that was asked for
   * @param at when it came there
   */
  record Item(String name, Instant at) {}

  /**
   * What lies right in a folder, in the order of names; nothing where there is no such folder.
   *
   * @param after only names behind this one; null: all
   */
  Future<List<Item>> list(String folder, @Nullable String after);

  /** The names of the folders right in a folder. */
  Future<List<String>> folders(String folder);

  /** The name of the folder of transactions of a level, which differs by the kind of store. */
  String level(int level);

  /** The credentials are not accepted. */
  final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }
}
