package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.FindAccess;
import dev.holdfast.messages.storage.StorageRoutes;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindAccessTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir Path folder;
  Room room;

  @BeforeEach
  void open() {
    room = Room.open(folder.resolve("config.db"));
    room.ask(
        StorageRoutes.COMMIT,
        new CommitChange(
            List.of(),
            List.of(),
            null,
            "anna",
            null,
            NOON,
            List.of(
                new AccessEntry("anna", "reveal", "camera", "a", true, "why", NOON),
                new AccessEntry("bert", "reveal", "camera", "b", false, null, at(1)),
                new AccessEntry("anna", "change", "router", null, true, null, at(500_000)),
                new AccessEntry("10.0.0.7", "GET /", null, null, false, "no token", at(1_000_000)),
                new AccessEntry("bert", "reveal", "router", "a", true, "why", at(1_500_000)))));
  }

  @AfterEach
  void close() {
    room.close();
  }

  private static Instant at(long micros) {
    return NOON.plusNanos(micros * 1000);
  }

  @Test
  void find_withoutFilter_isNewestFirst() {
    var rows = room.ask(StorageRoutes.FIND_ACCESS, question().toMessage()).rows();

    assertThat(rows).extracting(row -> row.id()).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(rows.get(3).entry())
        .isEqualTo(new AccessEntry("bert", "reveal", "camera", "b", false, null, at(1)));
  }

  @Test
  void find_eachFilter_leavesOutTheOthers() {
    assertThat(ids(question().services("camera"))).containsExactly(2L, 1L);
    assertThat(ids(question().services("camera", "router"))).containsExactly(5L, 3L, 2L, 1L);
    assertThat(ids(question().services())).isEmpty();
    assertThat(ids(question().user("anna"))).containsExactly(3L, 1L);
    assertThat(ids(question().action("reveal"))).containsExactly(5L, 2L, 1L);
    assertThat(ids(question().key("a"))).containsExactly(5L, 1L);
    assertThat(ids(question().success(true))).containsExactly(5L, 3L, 1L);
    assertThat(ids(question().success(false))).containsExactly(4L, 2L);
    assertThat(ids(question().before(3L))).containsExactly(2L, 1L);
    assertThat(ids(question().limit(2))).containsExactly(5L, 4L);
    assertThat(ids(question().services("router").user("bert").action("reveal").key("a")))
        .containsExactly(5L);
  }

  @Test
  void find_times_areInclusiveToTheMicrosecond() {
    assertThat(ids(question().from(NOON))).hasSize(5);
    assertThat(ids(question().from(at(1)))).containsExactly(5L, 4L, 3L, 2L);
    assertThat(ids(question().from(at(1_000_000)))).containsExactly(5L, 4L);
    assertThat(ids(question().to(NOON))).containsExactly(1L);
    assertThat(ids(question().to(at(999_999)))).containsExactly(3L, 2L, 1L);
    assertThat(ids(question().from(Instant.MIN).to(Instant.MAX))).hasSize(5);
    assertThat(ids(question().from(Instant.MAX))).isEmpty();
    assertThat(ids(question().to(Instant.MIN))).isEmpty();
  }

  @Test
  void find_timeThatIsNone_failsStorageCorrupt() throws SQLException {
    room.sql("UPDATE access_log SET timestamp = 'yesterday' WHERE id = 2");

    var failure = room.refused(StorageRoutes.FIND_ACCESS, question().toMessage());

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE_CORRUPT);
    assertThat(failure.detail()).contains("row 2");
  }

  private List<Long> ids(Question question) {
    return room.ask(StorageRoutes.FIND_ACCESS, question.toMessage()).rows().stream()
        .map(row -> row.id())
        .toList();
  }

  private static Question question() {
    return new Question();
  }

  private static final class Question {
    private Set<String> services;
    private String user;
    private String action;
    private String key;
    private Boolean success;
    private Instant from;
    private Instant to;
    private Long before;
    private int limit = 100;

    Question services(String... names) {
      services = Set.of(names);
      return this;
    }

    Question user(String value) {
      user = value;
      return this;
    }

    Question action(String value) {
      action = value;
      return this;
    }

    Question key(String value) {
      key = value;
      return this;
    }

    Question success(boolean value) {
      success = value;
      return this;
    }

    Question from(Instant value) {
      from = value;
      return this;
    }

    Question to(Instant value) {
      to = value;
      return this;
    }

    Question before(Long value) {
      before = value;
      return this;
    }

    Question limit(int value) {
      limit = value;
      return this;
    }

    FindAccess toMessage() {
      return new FindAccess(services, user, action, key, success, from, to, before, limit);
    }
  }
}
