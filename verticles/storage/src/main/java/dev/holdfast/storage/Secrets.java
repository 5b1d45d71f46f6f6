package dev.holdfast.storage;

import dev.holdfast.messages.storage.ReplaceSecrets;
import dev.holdfast.messages.storage.SecretsReplaced;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts other seals on the same secrets, which stay as old as they are. Blocks. */
final class Secrets {
  private final Writer writer;

  Secrets(Writer writer) {
    this.writer = writer;
  }

  /** Replaces each seal that is still the one expected, all in one transaction. */
  SecretsReplaced replace(ReplaceSecrets question) throws SQLException {
    List<@Nullable Object[]> rows =
        question.replacements().stream().map(Secrets::parameters).toList();
    if (rows.isEmpty()) {
      return new SecretsReplaced(List.of());
    }
    int[] altered = writer.transaction(connection -> connection.batch(Sql.REPLACE_SECRET, rows));
    return new SecretsReplaced(Arrays.stream(altered).mapToObj(count -> count == 1).toList());
  }

  private static @Nullable Object[] parameters(ReplaceSecrets.Replacement replacement) {
    return new @Nullable Object[] {
      replacement.after().value(),
      replacement.after().keyId(),
      replacement.service(),
      replacement.key(),
      replacement.before().value(),
      replacement.before().keyId()
    };
  }
}
