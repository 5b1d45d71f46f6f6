package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The checksum of a row: SHA-256 in lower-case hex over the name of the table's format and then
 * each value in turn, all as UTF-8 behind their length in bytes (four bytes, big-endian; −1 for
 * null). Numbers count as their decimal text. So no two different rows encode alike, and a row of
 * one table never passes for a row of another.
 */
final class Checksum {
  private static final byte[] NULL = {-1, -1, -1, -1};

  private Checksum() {}

  /**
   * The checksum.
   *
   * @param domain the table and the number of its format
   * @param values String, Long or null
   */
  static String of(String domain, @Nullable Object... values) {
    MessageDigest digest = sha256();
    append(digest, domain);
    for (Object value : values) {
      if (value == null) {
        digest.update(NULL);
      } else {
        append(digest, value.toString());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Fails {@link FailureCode#STORAGE_CORRUPT} when they differ.
   *
   * @param row what the row is, for a person
   */
  static void verify(String row, String stored, String computed) {
    if (!stored.equals(computed)) {
      throw BusFailure.of(
          FailureCode.STORAGE_CORRUPT,
          row + ": the stored row does not match its checksum; the database is damaged");
    }
  }

  private static void append(MessageDigest digest, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, utf8.length));
    digest.update(utf8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
