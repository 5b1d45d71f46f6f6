package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.DatabaseRebuilt;
import dev.holdfast.messages.storage.RebuildDatabase;
import dev.holdfast.model.AuditMac;
import dev.holdfast.model.Times;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a new database and puts it in the place of one that is damaged. It is complete before it
 * goes there; the old files are moved aside, never deleted. What the seed does not bring is gone
 * but for the versions of the services, and the access log as far as it can be read. Blocks.
 */
final class Rebuild {
  private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
  private static final int BATCH = 1_000;

  private final Path path;
  private final RebuildDatabase question;
  private final AuditMac macs;
  private final Instant now;

  private Rebuild(Path path, RebuildDatabase question, AuditMac macs, Instant now) {
    this.path = path;
    this.question = question;
    this.macs = macs;
    this.now = now;
  }

  /**
   * Does it.
   *
   * @throws BusFailure with a code of storage; the old files are aside or where they were
   */
  static DatabaseRebuilt run(Path path, RebuildDatabase question, AuditMac macs, Clock clock) {
    try {
      return new Rebuild(path, question, macs, clock.instant()).run();
    } catch (SQLException e) {
      throw Failures.logged("rebuild", e);
    } catch (IOException e) {
      throw Failures.file(path, e);
    }
  }

  private DatabaseRebuilt run() throws IOException, SQLException {
    Path made = path.resolveSibling(path.getFileName() + ".rebuilding");
    for (String suffix : Aside.SUFFIXES) {
      Files.deleteIfExists(made.resolveSibling(made.getFileName() + suffix));
    }
    DatabaseFile file = DatabaseFile.prepare(made, true);
    MetaRow meta;
    long carried;
    try (Connection connection = ConnectionSource.forWriting(file).getConnection()) {
      Migrations.apply(connection, Clock.fixed(now, ZoneOffset.UTC));
      WriterConnection writer = new WriterConnection(connection);
      meta = new Lineage().read(writer);
      writer.execute(Sql.BEGIN);
      carried = carryAccessLog(writer);
      keepVersions(writer, meta);
      Group seeded =
          Group.write(
              writer, new Lineage(), new AuditChain(macs, head -> {}), List.of(question.seed()));
      Future<Committed> outcome = seeded.outcomes().get(0);
      if (outcome.failed()) {
        throw Failures.of(outcome.cause());
      }
      writer.execute(Sql.COMMIT);
      writer.execute(Sql.CHECKPOINT);
    }
    Path aside = Aside.move(path, "damaged", now);
    Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
    String epoch = meta.epoch();
    record(epoch, aside);
    LOG.warn(
        "A new database of epoch {} was made; the old one is {}; {} entries of the access log were"
            + " carried over",
        epoch,
        aside == null ? "gone" : aside.getFileName(),
        carried);
    return new DatabaseRebuilt(
        epoch, aside == null ? null : String.valueOf(aside.getFileName()), carried);
  }

  /** As if each service had been deleted: whoever makes it again goes on from its version. */
  private void keepVersions(WriterConnection writer, MetaRow meta) throws SQLException {
    if (question.versions().isEmpty()) {
      return;
    }
    String at = Times.format(now);
    List<@Nullable Object[]> rows = new ArrayList<>();
    question
        .versions()
        .forEach(
            (service, version) ->
                rows.add(
                    new TombstoneRow(service, version, 1, meta.epoch(), at, "system").columns()));
    writer.batch(Sql.INSERT_TOMBSTONE, rows);
    @Nullable Object[] revision = {1, meta.at(1).checksum()};
    writer.batch(Sql.UPDATE_META, List.<@Nullable Object[]>of(revision));
  }

  /** As far as it can be read: what is behind a damaged page is lost, and said. */
  private long carryAccessLog(WriterConnection writer) throws SQLException {
    List<AccessRow> rows = new ArrayList<>();
    AuditAnchor anchor = null;
    if (Files.isRegularFile(path)) {
      try (WriterConnection old = new WriterConnection(ConnectionSource.openUntouched(path))) {
        anchor = AuditAnchor.read(old);
        long last = -1;
        List<AccessRow> next = old.query(Sql.NEXT_ACCESS, AccessRow::read, last, BATCH);
        while (!next.isEmpty()) {
          rows.addAll(next);
          last = next.get(next.size() - 1).id();
          next = old.query(Sql.NEXT_ACCESS, AccessRow::read, last, BATCH);
        }
      } catch (SQLException e) {
        LOG.warn("the access log can be read up to {} entries: {}", rows.size(), e.getMessage());
      }
    }
    if (anchor != null) {
      writer.batch(Sql.PUT_ANCHOR, List.<@Nullable Object[]>of(anchor.columns()));
    }
    writer.batch(Sql.INSERT_ACCESS, rows.stream().map(AccessRow::columns).toList());
    return rows.size();
  }

  private void record(String epoch, @Nullable Path aside) throws IOException {
    Map<String, @Nullable Object> members = new HashMap<>();
    members.put("rebuilt_at", Times.format(now));
    members.put("reason", question.reason());
    members.put("old_epoch", question.oldEpoch());
    members.put("new_epoch", epoch);
    members.put("requested_by", question.requestedBy());
    members.put("backup_of_old", aside == null ? null : String.valueOf(aside.getFileName()));
    DurableFiles.replace(
        path.resolveSibling("rebuild.info"),
        CanonicalJson.write(members).getBytes(StandardCharsets.UTF_8));
  }
}
