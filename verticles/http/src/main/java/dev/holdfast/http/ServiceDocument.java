package dev.holdfast.http;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Times;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One state of one service as {@code GET /services/{s}} answers it, in bytes. The long form is made
 * at once, the one without {@code fields} when it is first wanted. Safe for use by several threads.
 */
final class ServiceDocument {
  private final ServiceSnapshot snapshot;
  private final FieldTexts fields;
  private final Encoded full;
  private volatile @Nullable Encoded brief;

  private ServiceDocument(ServiceSnapshot snapshot, FieldTexts fields) {
    this.snapshot = snapshot;
    this.fields = fields;
    StringBuilder out = new StringBuilder(4096);
    head(out);
    out.append(",\"fields\":");
    fields.append(out, snapshot);
    this.full = Encoded.of(out.append('}').toString(), snapshot.version());
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
    return full;
  }

  /** Without {@code fields}; it has an entity tag of its own. */
  Encoded brief() {
    Encoded made = brief;
    if (made == null) {
      StringBuilder out = new StringBuilder(1024);
      head(out);
      made = Encoded.of(out.append('}').toString(), snapshot.version());
      brief = made;
    }
    return made;
  }

  /** Whether an entity tag of either form is among those. */
  boolean matches(EntityTags tags) {
    return tags.strong(full.tag()) || tags.strong(brief().tag());
  }

  private void head(StringBuilder out) {
    out.append("{\"service\":\"").append(snapshot.service());
    out.append("\",\"config\":").append(config());
    out.append(",\"version\":").append(snapshot.version());
    out.append(",\"updated_at\":\"").append(Times.format(snapshot.updatedAt()));
    out.append("\",\"config_epoch\":");
    CanonicalJson.appendString(out, snapshot.epoch());
    if (snapshot.schema().untyped()) {
      out.append(",\"schema\":\"untyped\"");
    }
  }

  /** The effective settings, in which a secret that is not set reads as null. */
  private String config() {
    if (snapshot.schema().fields().stream().noneMatch(FieldSpec::secret)) {
      return snapshot.effective().canonical();
    }
    Map<String, @Nullable Object> all = new TreeMap<>(snapshot.effective().map());
    for (FieldSpec field : snapshot.schema().fields()) {
      if (field.secret()) {
        all.put(field.key(), null);
      }
    }
    return CanonicalJson.write(all);
  }
}
