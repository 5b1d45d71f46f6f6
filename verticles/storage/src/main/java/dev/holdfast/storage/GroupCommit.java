package dev.holdfast.storage;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Committed;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits changes together: one transaction, one fsync, each change all or nothing. Blocks; for the
 * writer's thread.
 */
final class GroupCommit {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  private final Writer writer;
  private final Lineage lineage;
  private final AuditChain chain;

  GroupCommit(Writer writer, Lineage lineage, AuditChain chain) {
    this.writer = writer;
    this.lineage = lineage;
    this.chain = chain;
  }

  /**
   * The outcome of each change, in order, known for good: durable, or nothing of it stored.
   *
   * @throws BusFailure when the database is not the one it was
   * @throws SQLException when none of them could be committed
   */
  List<Future<Committed>> commit(List<CommitChange> changes) throws SQLException {
    try {
      return together(changes);
    } catch (BusFailure e) {
      throw e;
    } catch (SQLException e) {
      if (changes.size() == 1 || !Failures.isOfTheChange(e)) {
        throw e;
      }
      return oneByOne(changes, e);
    } catch (RuntimeException e) {
      return oneByOne(changes, e);
    }
  }

  private List<Future<Committed>> oneByOne(List<CommitChange> changes, Exception why) {
    LOG.warn("a group of {} failed, so each change goes alone", changes.size(), why);
    List<Future<Committed>> outcomes = new ArrayList<>();
    for (CommitChange change : changes) {
      try {
        outcomes.addAll(together(List.of(change)));
      } catch (SQLException | RuntimeException e) {
        outcomes.add(Future.failedFuture(Failures.logged("a change by " + change.author(), e)));
      }
    }
    return outcomes;
  }

  private List<Future<Committed>> together(List<CommitChange> changes) throws SQLException {
    Group group =
        writer.transaction(connection -> Group.write(connection, lineage, chain, changes));
    lineage.committed(group.revision());
    chain.committed();
    return group.outcomes();
  }
}
