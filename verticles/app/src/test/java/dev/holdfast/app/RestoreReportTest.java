package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RestoreReportTest {
  private static final String EPOCH = "7f8b5a4e-3f0f-4d52-9a41-6f3c0a9f6c11";
  private static final String OTHER = "9d0c3d1c-5a3e-4a57-8b1f-0d9c6f1e2b33";
  private static final Instant EARLY = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant LATE = Instant.parse("2026-03-01T12:00:00Z");
  private static final Values VALUES = Values.of(Map.of("fps", "never printed"));
  private static final Stored DATABASE =
      new Stored(
          EPOCH,
          5,
          1,
          "hash",
          List.of(
              new StoredService("camera", 2, 4, VALUES, Set.of(), EARLY, "anna"),
              new StoredService("gate", 1, 1, VALUES, Set.of(), EARLY, "anna")),
          List.of(),
          List.of(new Tombstone("old", 3, 5, EPOCH, LATE)));

  @Test
  void refusal_recordedDatabase_isNone() {
    assertThat(recorded(EPOCH, 5, null).refusal(DATABASE)).isNull();
    assertThat(recorded(EPOCH, 4, cache(EPOCH, 5)).refusal(DATABASE)).isNull();
    assertThat(recorded(EPOCH, 5, cache(OTHER, 9)).refusal(DATABASE))
        .as("a cache of the epoch before, just after the acceptance")
        .isNull();
    assertThat(new Recorded(null, null, null, null).refusal(DATABASE)).isNull();
  }

  @Test
  void refusal_anotherOrOlderDatabase_saysWhy() {
    assertThat(recorded(OTHER, 1, null).refusal(DATABASE)).contains("of another epoch");
    assertThat(recorded(EPOCH, 6, null).refusal(DATABASE)).contains("revision 5, and 6");
    assertThat(recorded(EPOCH, 5, cache(EPOCH, 7)).refusal(DATABASE)).contains("revision 5, and 7");
    assertThat(new Recorded(null, null, cache(EPOCH, 7), null).refusal(DATABASE)).contains("and 7");
    assertThat(new Recorded(null, "it has no hmac", null, null).refusal(DATABASE))
        .contains("not to be believed: it has no hmac");
  }

  @Test
  void lost_newerCache_namesRevisionsAndServicesButNoValues() {
    List<String> lost = new RestoreReport(DATABASE, recorded(EPOCH, 6, cache(EPOCH, 7))).lost();

    assertThat(lost)
        .containsExactly(
            "Not in the database: revisions 6 to 7",
            "Services that are others in the last-known-good file:",
            "  camera: version 2 of 2026-03-01T10:00:00+00:00 here,"
                + " version 3 of 2026-03-01T12:00:00+00:00 there",
            "  lamp: not here, version 1 of 2026-03-01T12:00:00+00:00 there",
            "  old: deleted on 2026-03-01T12:00:00+00:00 here, not there");
  }

  @Test
  void lost_olderCache_isNothing() {
    assertThat(new RestoreReport(DATABASE, recorded(EPOCH, 5, cache(EPOCH, 3))).lost()).isEmpty();
  }

  @Test
  void report_allOfIt_holdsNoValues() {
    RestoreReport report =
        new RestoreReport(
            DATABASE, new Recorded(null, "it has no hmac", null, "its signature does not match"));
    List<String> database = report.database(Path.of("config.db"), "row 3 is missing", 2);

    assertThat(database)
        .contains(
            "  epoch " + EPOCH + ", revision 5",
            "  services: 2, newest change 2026-03-01T12:00:00+00:00",
            "  access log: row 3 is missing",
            "  secrets sealed with a key that is not at hand: 2");
    assertThat(report.recorded(Path.of("e"), Path.of("c")))
        .contains(
            "  not to be believed: it has no hmac",
            "  not to be believed: its signature does not match");
    assertThat(database.toString() + report.lost()).doesNotContain("never printed");
  }

  private static Recorded recorded(String epoch, long revision, LkgContent cache) {
    return new Recorded(new StorageProbed(epoch, revision), null, cache, null);
  }

  private static LkgContent cache(String epoch, long revision) {
    return new LkgContent(
        epoch,
        revision,
        1,
        LATE,
        List.of(service("camera", 3, LATE), service("gate", 1, EARLY), service("lamp", 1, LATE)),
        List.of(),
        List.of());
  }

  private static LkgContent.Service service(String name, long version, Instant at) {
    return new LkgContent.Service(name, version, 1, at, "anna", VALUES, Set.of(), Map.of());
  }
}
