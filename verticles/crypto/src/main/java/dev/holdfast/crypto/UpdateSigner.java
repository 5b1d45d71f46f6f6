package dev.holdfast.crypto;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.crypto.SignDeletion;
import dev.holdfast.messages.crypto.SignUpdate;
import dev.holdfast.messages.crypto.SignedDeletion;
import dev.holdfast.messages.crypto.SignedUpdate;
import dev.holdfast.model.Names;
import dev.holdfast.model.Times;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes signed updates and tombstones. Keeps the newest update of each service, so that everybody
 * who hands it on hands on the same bytes. For one thread.
 */
final class UpdateSigner {
  /** Nothing that goes into a signed text may hold its separator. */
  private static final Pattern EPOCH_FORM = Pattern.compile("[0-9A-Za-z-]{1,64}");

  private final KeyRing keys;
  private final Clock clock;
  private final Map<String, Signed> newest = new HashMap<>();

  UpdateSigner(KeyRing keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** Fails {@code BAD_REQUEST} for an illegal name, version or epoch. */
  SignedUpdate update(SignUpdate asked) {
    check(asked.service(), asked.version(), asked.epoch());
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Signed kept = newest.get(asked.service());
    if (kept != null && kept.serves(asked, now)) {
      return kept.update;
    }
    SignedUpdate update =
        new SignedUpdate(
            asked.service(), asked.version(), asked.epoch(), payload(asked, Times.format(now)));
    if (kept == null
        || !kept.update.epoch().equals(asked.epoch())
        || kept.update.version() <= asked.version()) {
      newest.put(asked.service(), new Signed(update, asked.config(), now));
    }
    return update;
  }

  /** Forgets the service's newest update. Fails as {@link #update} does. */
  SignedDeletion deletion(SignDeletion asked) {
    check(asked.service(), asked.version(), asked.epoch());
    newest.remove(asked.service());
    String issuedAt = Times.format(clock.instant());
    String signature =
        keys.sign(
            String.join(
                "|",
                "deleted",
                asked.service(),
                Long.toString(asked.version()),
                asked.epoch(),
                issuedAt));
    StringBuilder out = new StringBuilder(320);
    member(out, "{\"config_epoch\":", asked.epoch());
    member(out, ",\"issued_at\":", issuedAt);
    member(out, ",\"service\":", asked.service());
    member(out, ",\"signature\":", signature);
    out.append(",\"version\":").append(asked.version()).append('}');
    return new SignedDeletion(asked.service(), asked.version(), out.toString());
  }

  private String payload(SignUpdate asked, String issuedAt) {
    String checksum = KeyRing.sha256(asked.config().getBytes(StandardCharsets.UTF_8));
    String signature =
        keys.sign(
            String.join(
                "|",
                Long.toString(asked.version()),
                asked.service(),
                asked.config(),
                checksum,
                asked.epoch(),
                issuedAt));
    StringBuilder out = new StringBuilder(asked.config().length() + 420);
    member(out, "{\"checksum\":", checksum);
    out.append(",\"config\":").append(asked.config());
    member(out, ",\"config_epoch\":", asked.epoch());
    member(out, ",\"issued_at\":", issuedAt);
    member(out, ",\"service\":", asked.service());
    member(out, ",\"signature\":", signature);
    return out.append(",\"version\":").append(asked.version()).append('}').toString();
  }

  private static void member(StringBuilder out, String nameAndColon, String value) {
    CanonicalJson.appendString(out.append(nameAndColon), value);
  }

  private static void check(String service, long version, String epoch) {
    Names.service(service);
    if (version < 1) {
      throw BusFailure.of(FailureCode.BAD_REQUEST, "version: " + version + " (expected: >= 1)");
    }
    if (!EPOCH_FORM.matcher(epoch).matches()) {
      throw BusFailure.of(
          FailureCode.BAD_REQUEST,
          "config_epoch: " + Names.printable(epoch) + " (expected: a UUID)");
    }
  }

  /** An update, what it was made from and when. */
  private record Signed(SignedUpdate update, String config, Instant issuedAt) {
    boolean serves(SignUpdate asked, Instant now) {
      long age = Duration.between(issuedAt, now).toMillis();
      return asked.maxAgeMillis() > 0
          && age >= 0
          && age <= asked.maxAgeMillis()
          && update.version() == asked.version()
          && update.epoch().equals(asked.epoch())
          && config.equals(asked.config());
    }
  }
}
