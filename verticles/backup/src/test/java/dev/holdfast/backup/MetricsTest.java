package dev.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What Litestream 0.3.13 and 0.5.17 said. */
class MetricsTest {
  private static final String OLDER =
      """
      # TYPE litestream_db_size gauge
      litestream_db_size{db="/data/config.db"} 24576
      litestream_replica_wal_bytes{db="/data/config.db",name="s3"} 65952
      litestream_replica_wal_index{db="/data/config.db",name="s3"} 3
      litestream_replica_wal_offset{db="/data/config.db",name="s3"} 37112
      litestream_shadow_wal_index{db="/data/config.db"} 3
      litestream_shadow_wal_size{db="/data/config.db"} 123632
      litestream_sync_count{db="/data/config.db"} 19
      litestream_sync_error_count{db="/data/config.db"} 2
      go_goroutines 12
      """;

  private static final String NEWER =
      """
      litestream_compaction_verify_error_count{db="/data/config.db"} 0
      litestream_l0_retention_files_total{db="config.db",status="too_recent"} 4
      litestream_replica_operation_total{operation="PUT",replica_type="s3"} 10
      litestream_sync_count{db="/data/config.db"} 1.9e+01
      litestream_sync_error_count{db="/data/config.db"} 0
      litestream_txid{db="/data/config.db"} 8
      """;

  @Test
  void read_older_hasBothPositions() {
    assertThat(Metrics.read(OLDER, "/data/config.db"))
        .isEqualTo(new Metrics(17, new Position(3, 123_632), new Position(3, 37_112)));
  }

  @Test
  void read_newer_hasTheOwnPositionOnly() {
    assertThat(Metrics.read(NEWER, "/data/config.db"))
        .isEqualTo(new Metrics(19, new Position(0, 8), null));
  }

  @Test
  void read_oneDatabaseUnderAnotherPath_isTaken() {
    assertThat(Metrics.read(NEWER, "/srv/elsewhere.db")).isNotNull();
  }

  @Test
  void read_severalDatabases_takesThatOne() {
    String both = OLDER + NEWER.replace("/data/config.db", "/data/other.db");
    assertThat(Metrics.read(both, "/data/other.db"))
        .isEqualTo(new Metrics(19, new Position(0, 8), null));
    assertThat(Metrics.read(both, "/data/third.db")).isNull();
  }

  @Test
  void read_nothingOfADatabase_isNull() {
    assertThat(Metrics.read("go_goroutines 12\n", "/data/config.db")).isNull();
    assertThat(Metrics.read("", "/data/config.db")).isNull();
  }
}
