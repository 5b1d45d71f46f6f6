package dev.holdfast.backup;

/**
 * How far something is in the log: for Litestream 0.3 the number of a log file and an offset in it,
 * for 0.5 zero and the number of a transaction.
 *
 * @param index the number of the log file
 * @param offset the offset in bytes, or the transaction
 */
record Position(long index, long offset) implements Comparable<Position> {
  @Override
  public int compareTo(Position other) {
    return index != other.index
        ? Long.compare(index, other.index)
        : Long.compare(offset, other.offset);
  }

  boolean atLeast(Position other) {
    return compareTo(other) >= 0;
  }

  @Override
  public String toString() {
    return index == 0 ? String.valueOf(offset) : index + ":" + offset;
  }
}
