package dev.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.backup.BackupState;
import dev.holdfast.messages.backup.BackupState.Status;
import dev.holdfast.messages.backup.BackupState.Trouble;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final String PLACE = "s3://bucket/path";

  private final Judge judge = new Judge(NOON, Clock.fixed(NOON, ZoneOffset.UTC));
  private int second;
  private long syncs;

  @Test
  void nothingKnown_isNoHealth() {
    assertThat(state().status()).isEqualTo(Status.ERROR);
    assertThat(state().trouble()).isNull();
    assertThat(state().lagMillis()).isNull();
  }

  @Test
  void older_replicaFollows_isHealthyAndNothingWaits() {
    judge.committed(now());
    for (int i = 0; i < 4; i++) {
      step(new Position(0, 4_120), new Position(0, 4_120));
    }
    healthy();
    assertThat(state().lagMillis()).isZero();
  }

  @Test
  void older_commitThatIsNotReadTwice_waits() {
    proven();
    judge.committed(now());
    step(new Position(0, 5_000), new Position(0, 5_000));
    assertThat(judge.waits()).isTrue();
    step(new Position(0, 9_000), new Position(0, 9_000));
    step(new Position(0, 9_000), new Position(0, 9_000));
    assertThat(judge.waits()).isFalse();
  }

  @Test
  void older_replicaStandsStillWhileLitestreamReads_isFrozenThoughItAnswers() {
    proven();
    judge.committed(now());
    for (int i = 0; i < 13; i++) {
      judge.committed(now());
      step(new Position(0, 10_000 + i), new Position(0, 4_120));
      judge.seen(now(), new Newest(NOON, null));
    }
    trouble(Trouble.BACKUP_FROZEN);
    assertThat(state().lagMillis()).isBetween(12_000L, 14_000L);
  }

  @Test
  void older_replicaDoesNotAnswer_isUnreachableFromTheSecondTime() {
    proven();
    judge.committed(now());
    judge.notSeen(false, "connection refused");
    assertThat(state().trouble()).isNull();
    judge.notSeen(false, "connection refused");
    trouble(Trouble.REPLICA_UNREACHABLE);
    assertThat(state().err()).contains(PLACE).contains("connection refused");
    judge.seen(now(), new Newest(NOON, null));
    assertThat(state().trouble()).isNull();
  }

  @Test
  void credentialsAreNotAccepted_isRefused() {
    proven();
    judge.notSeen(true, "status 403");
    judge.notSeen(true, "status 403");
    trouble(Trouble.REPLICA_REFUSED);
  }

  @Test
  void litestream_gone_isDead_answersNot_isHung() {
    proven();
    for (int i = 0; i < 6; i++) {
      second++;
      judge.silent(true, "nothing listens");
    }
    trouble(Trouble.LITESTREAM_DEAD);
    judge.silent(false, "timeout");
    trouble(Trouble.LITESTREAM_HUNG);
    step(new Position(0, 4_120), new Position(0, 4_120));
    healthy();
  }

  @Test
  void litestream_neverThere_isDeadAfterTheTimeToBegin() {
    judge.committed(now());
    for (int i = 0; i < 10; i++) {
      second++;
      judge.silent(true, "nothing listens");
    }
    assertThat(state().trouble()).isNull();
    second++;
    trouble(Trouble.LITESTREAM_DEAD);
  }

  @Test
  void litestream_tellsButDoesNotReadTheDatabase_isFrozen() {
    proven();
    judge.committed(now());
    for (int i = 0; i < 12; i++) {
      second++;
      judge.told(now(), new Metrics(syncs, new Position(0, 4_120), new Position(0, 4_120)));
    }
    trouble(Trouble.BACKUP_FROZEN);
  }

  @Test
  void replica_movesTooSlowly_lags() {
    proven();
    for (int i = 0; i < 32; i++) {
      judge.committed(now());
      step(new Position(0, 10_000 + 1_000 * i), new Position(0, 5_000 + i));
    }
    trouble(Trouble.BACKUP_LAGGING);
  }

  @Test
  void replica_isLateByALittle_isHealthyWithALag() {
    proven();
    for (int i = 0; i < 60; i++) {
      judge.committed(now());
      step(new Position(0, 10_000 + 1_000 * i), new Position(0, 10_000 + 1_000 * (i - 1)));
    }
    healthy();
    assertThat(state().lagMillis()).isBetween(1_000L, 5_000L);
  }

  @Test
  void older_newGeneration_positionOfTheOldOne_isNotBelieved() {
    for (int i = 0; i < 4; i++) {
      step(new Position(7, 4_120), new Position(7, 4_120));
    }
    judge.committed(now());
    for (int i = 0; i < 13; i++) {
      step(new Position(0, 4_120 + i), new Position(7, 4_120));
    }
    trouble(Trouble.BACKUP_FROZEN);
    for (int i = 0; i < 4; i++) {
      step(new Position(0, 8_000), new Position(0, 8_000));
    }
    healthy();
  }

  @Test
  void newer_positionComesFromTheReplica() {
    judge.committed(now());
    for (int i = 0; i < 4; i++) {
      step(new Position(0, 5), null);
    }
    assertThat(judge.waits()).isTrue();
    judge.seen(now(), new Newest(now(), new Position(0, 4)));
    assertThat(judge.waits()).isTrue();
    judge.seen(now(), new Newest(now(), new Position(0, 5)));
    assertThat(judge.waits()).isFalse();
    healthy();
  }

  @Test
  void newer_replicaStandsStill_isFrozen() {
    newer_positionComesFromTheReplica();
    judge.committed(now());
    for (int i = 0; i < 12; i++) {
      step(new Position(0, 6 + i), null);
      judge.seen(now(), new Newest(now(), new Position(0, 5)));
    }
    trouble(Trouble.BACKUP_FROZEN);
  }

  @Test
  void idle_staysHealthy() {
    proven();
    for (int i = 0; i < 600; i++) {
      step(new Position(0, 4_120), new Position(0, 4_120));
    }
    healthy();
    assertThat(state().lagMillis()).isZero();
  }

  private void proven() {
    judge.committed(now());
    for (int i = 0; i < 4; i++) {
      step(new Position(0, 4_120), new Position(0, 4_120));
    }
    healthy();
  }

  /** A second in which Litestream read the database once. */
  private void step(Position local, Position replica) {
    second++;
    judge.told(now(), new Metrics(++syncs, local, replica));
  }

  private void healthy() {
    assertThat(state().status()).isEqualTo(Status.HEALTHY);
    assertThat(state().trouble()).isNull();
  }

  private void trouble(Trouble trouble) {
    assertThat(state().trouble()).isEqualTo(trouble);
    assertThat(state().status()).isEqualTo(Status.ERROR);
    assertThat(state().err()).isNotBlank();
  }

  private BackupState state() {
    return judge.state(now(), PLACE, null);
  }

  private Instant now() {
    return NOON.plusSeconds(second);
  }
}
