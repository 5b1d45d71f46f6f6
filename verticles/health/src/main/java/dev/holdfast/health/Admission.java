package dev.holdfast.health;

import dev.holdfast.bus.Bus;
import dev.holdfast.health.Fault.Kind;
import dev.holdfast.messages.health.AdmitDatabase;
import dev.holdfast.messages.health.DatabaseAdmitted;
import dev.holdfast.messages.lkg.LkgRoutes;
import dev.holdfast.messages.lkg.ReadLkg;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a database against what the epoch file records: one of another epoch, or behind, was
 * restored or put back, and is not written until somebody accepts it.
 */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  private static final String ACCEPT =
      "put the right one back, or stop the manager and run \"holdfast restore --accept-epoch\"";

  private final Bus bus;
  private final Path path;
  private final Conditions conditions;
  private final EpochKeeper recorded;
  private @Nullable Fault invalid;

  /**
   * Holds databases against what the keeper recorded last.
   *
   * @param refused why the file that was there at the start is not to be believed, or null
   */
  Admission(
      Bus bus, Path path, Conditions conditions, EpochKeeper recorded, @Nullable String refused) {
    this.bus = bus;
    this.path = path;
    this.conditions = conditions;
    this.recorded = recorded;
    this.invalid =
        refused == null
            ? null
            : new Fault(
                Kind.EPOCH_FILE_INVALID, "%s: refused: %s; %s".formatted(path, refused, ACCEPT));
  }

  /** There is a new database, whatever was recorded before. */
  void forget() {
    invalid = null;
    conditions.lineage(null);
  }

  /** Whether a database, or a last-known-good file, is the one that was served before. */
  Future<DatabaseAdmitted> admit(AdmitDatabase question) {
    if (conditions.rebuilding() != null && !question.cache()) {
      return Future.succeededFuture(new DatabaseAdmitted(null));
    }
    if (question.cache()) {
      Fault fault = invalid == null ? judge(question, "the last-known-good file") : null;
      return Future.succeededFuture(new DatabaseAdmitted(fault == null ? null : fault.text()));
    }
    return judgeDatabase(question)
        .map(
            fault -> {
              conditions.lineage(fault.orElse(null));
              return new DatabaseAdmitted(fault.map(Fault::text).orElse(null));
            });
  }

  private Future<Optional<Fault>> judgeDatabase(AdmitDatabase question) {
    if (invalid != null) {
      return Future.succeededFuture(Optional.of(invalid));
    }
    Fault fault = judge(question, "the database");
    if (fault != null) {
      return Future.succeededFuture(Optional.of(fault));
    }
    // A crash may come between the two files: the cache may hold a later revision than is recorded.
    return bus.call(LkgRoutes.READ, new ReadLkg())
        .map(
            content -> {
              if (recorded.epoch() == null) {
                LOG.warn("{}: there is none; it is made anew", path);
              }
              boolean behind =
                  content.epoch().equals(question.epoch())
                      && content.revision() > question.revision();
              return Optional.ofNullable(
                  behind ? behind("the database", question.revision(), content.revision()) : null);
            })
        .otherwise(Optional.empty());
  }

  private @Nullable Fault judge(AdmitDatabase question, String what) {
    String epoch = recorded.epoch();
    if (epoch == null) {
      return null;
    }
    if (!epoch.equals(question.epoch())) {
      return new Fault(
          Kind.DATABASE_OTHER_EPOCH,
          "%s is of another epoch (%s) than %s (%s): it was restored or exchanged; %s"
              .formatted(what, question.epoch(), path.getFileName(), epoch, ACCEPT));
    }
    return question.revision() < recorded.revision()
        ? behind(what, question.revision(), recorded.revision())
        : null;
  }

  private static Fault behind(String what, long revision, long recorded) {
    return new Fault(
        Kind.DATABASE_BEHIND,
        "%s is behind what was served (revision %d against %d): it was restored or put back; %s"
            .formatted(what, revision, recorded, ACCEPT));
  }
}
