package dev.holdfast.mqtt;

import dev.holdfast.messages.fleet.ReportForm;
import dev.holdfast.model.Names;
import org.jspecify.annotations.Nullable;

/** The topics the manager writes, and those where instances and services report. */
final class Topics {
  /** The state of the manager itself. */
  static final String HEALTH = "system/health/config-manager";

  /** What covers the reports of all instances. */
  static final String ALL_REPORTS = "system/config-status/+/+";

  /** What covers the health of all services. */
  static final String ALL_HEALTH = "system/health/+";

  private static final String SERVICE_HEALTH = "system/health/";
  private static final String CONFIG = "system/config";
  private static final String REPORTS = "system/config-status";
  private static final int REPORT_LEVELS = 4;

  /**
   * Who reports on a topic.
   *
   * @param service a legal name
   * @param instance a legal name
   */
  record Reporter(String service, String instance) {}

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

  /** Whether this is for reports: {@link #reporter} says whether one may stand there. */
  static boolean ofReports(String topic) {
    return within(REPORTS, topic);
  }

  /** Whose reports stand on a topic, or null where that is nobody. */
  static @Nullable Reporter reporter(String topic) {
    String[] levels = topic.split("/", -1);
    return ofReports(topic)
            && levels.length == REPORT_LEVELS
            && Names.isService(levels[2])
            && ReportForm.isInstance(levels[3])
        ? new Reporter(levels[2], levels[3])
        : null;
  }

  /** Which service says here how it is, or null where that is none, or the manager itself. */
  static @Nullable String healthOf(String topic) {
    if (!topic.startsWith(SERVICE_HEALTH) || topic.equals(HEALTH)) {
      return null;
    }
    String service = topic.substring(SERVICE_HEALTH.length());
    return Names.isService(service) ? service : null;
  }

  private static boolean within(String root, String topic) {
    return topic.startsWith(root)
        && (topic.length() == root.length() || topic.charAt(root.length()) == '/');
  }
}
