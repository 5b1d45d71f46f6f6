package dev.holdfast.bench;

/** How large the settings of one service are. */
public enum Size {
  /** As those of a usual service. */
  KIB_1(15, 1 << 10),
  /** Of a service among a thousand that make a file of 10 MB. */
  KIB_10(100, 10 << 10),
  /** Of a service with long texts. */
  KIB_64(100, 64 << 10),
  /** A large body. */
  KIB_100(100, 100 << 10);

  private final int keys;
  private final int bytes;

  Size(int keys, int bytes) {
    this.keys = keys;
    this.bytes = bytes;
  }

  /** How many settings there are. */
  public int keys() {
    return keys;
  }

  /** About how many bytes their canonical text has. */
  public int bytes() {
    return bytes;
  }
}
