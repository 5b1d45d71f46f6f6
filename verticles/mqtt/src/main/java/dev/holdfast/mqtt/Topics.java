package dev.holdfast.mqtt;

/** The topics the manager writes. */
final class Topics {
  /** The state of the manager itself. */
  static final String HEALTH = "system/health/config-manager";

  private static final String CONFIG = "system/config";

  private Topics() {}

  /** Where a service's settings are. */
  static String config(String service) {
    return CONFIG + "/" + service;
  }

  /**
   * Whether the manager alone may publish here. The parents count too: a subscriber of {@code
   * system/config/#} would hear them.
   */
  static boolean guarded(String topic) {
    return within(CONFIG, topic) || within(HEALTH, topic);
  }

  private static boolean within(String root, String topic) {
    return topic.startsWith(root)
        && (topic.length() == root.length() || topic.charAt(root.length()) == '/');
  }
}
