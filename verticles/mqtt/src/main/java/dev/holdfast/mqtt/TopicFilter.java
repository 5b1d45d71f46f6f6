package dev.holdfast.mqtt;

/** Names and filters of topics, as MQTT 3.1.1 has them (section 4.7). */
final class TopicFilter {
  private static final int MAX_LENGTH = 65_535;

  private TopicFilter() {}

  /** Whether one may publish to it: not empty, no wildcard, no NUL. */
  static boolean isName(String topic) {
    return legal(topic) && topic.indexOf('#') < 0 && topic.indexOf('+') < 0;
  }

  /** Whether one may subscribe to it: {@code +} fills a level, {@code #} the last one. */
  static boolean isFilter(String filter) {
    if (!legal(filter)) {
      return false;
    }
    String[] levels = filter.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      String level = levels[i];
      boolean wild = level.indexOf('#') >= 0 || level.indexOf('+') >= 0;
      if ((wild && level.length() > 1) || (level.equals("#") && i < levels.length - 1)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a legal filter covers a legal name. Wildcards at the start do not cover {@code $…}. */
  static boolean matches(String filter, String topic) {
    if (topic.startsWith("$") && (filter.startsWith("#") || filter.startsWith("+"))) {
      return false;
    }
    String[] levels = filter.split("/", -1);
    String[] names = topic.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      if (levels[i].equals("#")) {
        return true; // the parent level too: "a/#" covers "a"
      }
      if (i == names.length || (!levels[i].equals("+") && !levels[i].equals(names[i]))) {
        return false;
      }
    }
    return levels.length == names.length;
  }

  private static boolean legal(String text) {
    return !text.isEmpty() && text.length() <= MAX_LENGTH && text.indexOf('\0') < 0;
  }
}
