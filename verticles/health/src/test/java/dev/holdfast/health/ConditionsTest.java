package dev.holdfast.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.mqtt.BrokerState;
import dev.holdfast.messages.settings.SettingsStanding;
import dev.holdfast.messages.storage.StorageProbed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
  private final Conditions conditions = new Conditions();

  @BeforeEach
  void know() {
    conditions.settings("epoch", 10, 3);
    conditions.standing(SettingsStanding.ADOPTED);
  }

  @Test
  void report_allWell_isOk() {
    conditions.probed(new StorageProbed("epoch", 10), conditions.expected());
    conditions.cache(new LkgState(true, "epoch", 10, null, null));
    conditions.broker(new BrokerState(true, true, null));
    assertThat(conditions.report())
        .isEqualTo(
            new HealthReport(
                true, "healthy", "normal", "epoch", 3, true, "disabled", null, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "STORAGE_LOCKED, locked, database-locked",
    "STORAGE_FULL, locked, database-full",
    "STORAGE_FAILED, locked, database-failed",
    "UNAVAILABLE, locked, database-failed",
    "INTERNAL, locked, database-failed",
    "STORAGE_READ_ONLY, locked, database-read-only",
    "STORAGE_MISSING, corrupted, database-missing",
    "STORAGE_FOREIGN, corrupted, database-foreign",
    "STORAGE_NEWER, corrupted, database-newer",
    "STORAGE_CORRUPT, corrupted, database-corrupted"
  })
  void probeFailed_byCode_givesStatusAndEvent(FailureCode code, String status, String event) {
    conditions.failed(BusFailure.of(code, "the detail"));
    assertThat(conditions.report().ok()).isFalse();
    assertThat(conditions.report().databaseStatus()).isEqualTo(status);
    assertThat(conditions.report().event()).isEqualTo(event);
    assertThat(conditions.report().err()).contains("the detail");
    assertThat(conditions.report().operationalMode()).isEqualTo("read-only-fallback");
    conditions.well();
    assertThat(conditions.report().ok()).isTrue();
    assertThat(conditions.report().event()).isNull();
  }

  @Test
  void probed_otherEpoch_isCorrupted() {
    conditions.probed(new StorageProbed("other", 10), conditions.expected());
    assertThat(conditions.report().databaseStatus()).isEqualTo("corrupted");
    assertThat(conditions.report().event()).isEqualTo("database-corrupted");
  }

  @Test
  void probed_behindTheHighestSeen_isCorrupted() {
    conditions.probed(new StorageProbed("epoch", 12), conditions.expected());
    assertThat(conditions.report().ok()).isTrue();
    conditions.probed(new StorageProbed("epoch", 11), conditions.expected());
    assertThat(conditions.report().databaseStatus()).isEqualTo("corrupted");
  }

  @Test
  void probed_overtakenByACommit_isWell() {
    StorageProbed expected = conditions.expected();
    conditions.settings("epoch", 11, 3);
    conditions.probed(new StorageProbed("epoch", 10), expected);
    assertThat(conditions.report().ok()).isTrue();
  }

  @Test
  void settings_olderRevision_changesNothing() {
    conditions.settings("epoch", 9, 2);
    assertThat(conditions.expected()).isEqualTo(new StorageProbed("epoch", 10));
    assertThat(conditions.report().schemaVersion()).isEqualTo(3);
  }

  @Test
  void cache_aheadOrFailed_isNamedAndNotTheDatabasesFault() {
    conditions.cache(new LkgState(false, "epoch", 12, null, "behind"));
    assertThat(conditions.report().event()).isEqualTo("lkg-ahead");
    conditions.cache(new LkgState(true, "epoch", 9, null, "no space"));
    assertThat(conditions.report().event()).isEqualTo("lkg-write-failed");
    assertThat(conditions.report().lkgCacheValid()).isTrue();
    assertThat(conditions.report().ok()).isTrue();
  }

  @Test
  void report_severalFaults_namesTheWorst() {
    conditions.broker(new BrokerState(false, false, "refused"));
    assertThat(conditions.report().event()).isEqualTo("mqtt-down");
    conditions.epochFile("no space");
    assertThat(conditions.report().event()).isEqualTo("epoch-write-failed");
    conditions.cache(new LkgState(false, null, 0, null, "no space"));
    assertThat(conditions.report().event()).isEqualTo("lkg-write-failed");
    conditions.failed(BusFailure.of(FailureCode.STORAGE_LOCKED, "held"));
    assertThat(conditions.report().event()).isEqualTo("database-locked");
    assertThat(conditions.faults()).hasSize(4);
    conditions.broker(new BrokerState(true, false, null));
    conditions.epochFile(null);
    assertThat(conditions.faults()).hasSize(2);
  }

  @Test
  void broker_goneWithoutFault_isNoFault() {
    conditions.broker(new BrokerState(false, false, null));
    assertThat(conditions.report().event()).isNull();
  }
}
