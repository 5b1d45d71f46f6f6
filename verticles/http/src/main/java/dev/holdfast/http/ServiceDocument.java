package dev.holdfast.http;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Times;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One state of one service as {@code GET /services/{s}} answers it, in bytes, its secrets masked.
 * Each form is made when it is first wanted: of a burst of changes most states are never read. Safe
 * for use by several threads.
 */
final class ServiceDocument {
  /**
   * Ends the entity tag of a form with secrets in clear, so that it never equals a masked one's.
   */
  private static final String CLEAR = "-clear";

  private final ServiceSnapshot snapshot;
  private final FieldTexts fields;
  private final boolean secrets;
  private volatile @Nullable Encoded full;
  private volatile @Nullable Encoded brief;
  private volatile @Nullable String fullTag;

  private ServiceDocument(ServiceSnapshot snapshot, FieldTexts fields) {
    this.snapshot = snapshot;
    this.fields = fields;
    this.secrets = snapshot.schema().fields().stream().anyMatch(FieldSpec::secret);
  }

  /** Encodes a state; {@code previous} lends what the schema alone decides, when it is the same. */
  static ServiceDocument of(ServiceSnapshot snapshot, @Nullable ServiceDocument previous) {
    boolean same = previous != null && previous.fields.of(snapshot.schema());
    return new ServiceDocument(
        snapshot, same && previous != null ? previous.fields : new FieldTexts(snapshot.schema()));
  }

  /** The state itself. */
  ServiceSnapshot snapshot() {
    return snapshot;
  }

  /** With {@code fields}. */
  Encoded full() {
    Encoded made = full;
    if (made == null) {
      made = Encoded.of(text(Map.of(), Map.of(), false), fullTag());
      full = made;
    }
    return made;
  }

  /** Without {@code fields}; it has an entity tag of its own. */
  Encoded brief() {
    Encoded made = brief;
    if (made == null) {
      String text = text(Map.of(), Map.of(), true);
      made = Encoded.of(text, tag(text));
      brief = made;
    }
    return made;
  }

  /**
   * The strong entity tag of the form with {@code fields}. A change is answered with it, so it is
   * made without that form: of the one without, and of all that the fields depend on.
   */
  String fullTag() {
    String made = fullTag;
    if (made == null) {
      made = tag(text(Map.of(), Map.of(), true) + fields.digest() + fields.sources(snapshot));
      fullTag = made;
    }
    return made;
  }

  /** The version, and the first 16 hex digits of the SHA-256 of what makes a form what it is. */
  private String tag(String content) {
    return "\"" + snapshot.version() + "-" + Encoded.digest(content) + "\"";
  }

  /** Whether its schema has secrets, set or not. */
  boolean hasSecrets() {
    return secrets;
  }

  /**
   * The entity tag of a form with its secrets in clear. It grows out of the masked form's, and so
   * of the version, which every change of a secret makes another; a digest of the values would let
   * who sees it guess them.
   */
  String clearTag(boolean brief, Map<String, String> faults) {
    String suffix = faults.isEmpty() ? "" : "-" + Encoded.digest(faultText(faults));
    return opened(brief ? brief().tag() : fullTag()) + suffix + "\"";
  }

  /** Whether an entity tag of any form is among those. */
  boolean matches(EntityTags tags) {
    return matches(tags, fullTag()) || matches(tags, brief().tag());
  }

  private static boolean matches(EntityTags tags, String masked) {
    return tags.strong(masked)
        || tags.tags().stream().anyMatch(tag -> tag.startsWith(opened(masked)));
  }

  private static String opened(String masked) {
    return masked.substring(0, masked.length() - 1) + CLEAR;
  }

  /**
   * The text of a form, long or {@code brief}. With {@code values} it is for one reply and not to
   * be kept.
   *
   * @param values secrets in clear, by key; the others that are set read as the mask
   * @param faults why secrets that are set do not open, by key
   */
  String text(Map<String, SecretValue> values, Map<String, String> faults, boolean brief) {
    String config = config(values, faults);
    StringBuilder out = new StringBuilder(config.length() + (brief ? 300 : 4096));
    out.append("{\"service\":\"").append(snapshot.service());
    out.append("\",\"config\":").append(config);
    out.append(",\"version\":").append(snapshot.version());
    out.append(",\"updated_at\":\"").append(Times.format(snapshot.updatedAt()));
    out.append("\",\"config_epoch\":");
    CanonicalJson.appendString(out, snapshot.epoch());
    if (snapshot.schema().untyped()) {
      out.append(",\"schema\":\"untyped\"");
    }
    if (!faults.isEmpty()) {
      out.append(",\"secret_faults\":").append(faultText(faults));
    }
    if (!brief) {
      out.append(",\"fields\":");
      fields.append(out, snapshot);
    }
    return out.append('}').toString();
  }

  /** The effective settings with each secret: in clear, else the mask if it is set, else null. */
  private String config(Map<String, SecretValue> values, Map<String, String> faults) {
    if (!secrets) {
      return snapshot.effective().canonical();
    }
    Map<String, @Nullable Object> all = new TreeMap<>(snapshot.effective().map());
    for (FieldSpec field : snapshot.schema().fields()) {
      if (field.secret()) {
        String key = field.key();
        SecretValue value = values.get(key);
        boolean set = snapshot.secretIsSet(key) || faults.containsKey(key);
        all.put(key, value != null ? value.reveal() : set ? SecretValue.MASK : null);
      }
    }
    return CanonicalJson.write(all);
  }

  private static String faultText(Map<String, String> faults) {
    return CanonicalJson.write(new TreeMap<>(faults));
  }
}
