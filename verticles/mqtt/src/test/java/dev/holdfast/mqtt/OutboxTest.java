package dev.holdfast.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.mqtt.Outbox.Cause;
import dev.holdfast.mqtt.Outbox.Sending;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final Outbox outbox = new Outbox(2);

  private static Entry update(String service, long revision) {
    return new Entry.Update(Rooms.snapshot(service, revision, revision, revision));
  }

  private void change(Entry entry) {
    outbox.offer(entry, Cause.CHANGE, 0);
  }

  @Test
  void offer_newerBeforeItLeft_replacesTheOlder() {
    change(update("a", 1));
    change(update("a", 2));

    assertThat(outbox.size()).isEqualTo(1);
    assertThat(outbox.next().entry()).isEqualTo(update("a", 2));
    assertThat(outbox.next()).isNull();
  }

  @Test
  void offer_olderOrSame_isIgnored() {
    change(update("a", 2));
    outbox.confirmed(outbox.next());
    change(update("a", 2));
    change(update("a", 1));

    assertThat(outbox.size()).isZero();
  }

  @Test
  void offer_tombstone_takesTheUpdatesPlace() {
    change(update("a", 1));
    change(new Entry.Cleared("system/config/a", 2));

    assertThat(outbox.next().entry()).isInstanceOf(Entry.Cleared.class);
    assertThat(outbox.size()).isEqualTo(1);
  }

  @Test
  void next_newerWhileUnderWay_leavesOnlyAfterTheConfirmation() {
    change(update("a", 1));
    Sending first = outbox.next();
    change(update("a", 2));

    assertThat(outbox.next()).isNull();
    outbox.confirmed(first);
    assertThat(outbox.next().entry()).isEqualTo(update("a", 2));
  }

  @Test
  void next_fullWindow_waits() {
    change(update("a", 1));
    change(update("b", 2));
    change(update("c", 3));
    Sending a = outbox.next();
    outbox.next();

    assertThat(outbox.next()).isNull();
    outbox.confirmed(a);
    assertThat(outbox.next().entry()).isEqualTo(update("c", 3));
  }

  @Test
  void giveBackAll_unconfirmed_leavesAgainOnceAndOldConfirmationCountsNothing() {
    change(update("a", 1));
    Sending lost = outbox.next();
    outbox.giveBackAll();
    Sending again = outbox.next();

    outbox.confirmed(lost);
    assertThat(outbox.isUnderWay(again)).isTrue();
    outbox.confirmed(again);
    assertThat(outbox.size()).isZero();
  }

  @Test
  void giveBackAll_newerMeanwhile_onlyTheNewerLeaves() {
    change(update("a", 1));
    outbox.next();
    change(update("a", 2));
    outbox.giveBackAll();

    assertThat(outbox.size()).isEqualTo(1);
    assertThat(outbox.next().entry()).isEqualTo(update("a", 2));
  }

  @Test
  void renewAll_everythingLeavesOnceTombstonesToo() {
    change(update("a", 1));
    change(new Entry.Cleared("system/config/b", 2));
    outbox.confirmed(outbox.next());
    outbox.confirmed(outbox.next());
    outbox.renewAll(0);
    outbox.renewAll(0);

    assertThat(outbox.size()).isEqualTo(2);
  }

  @Test
  void renewNext_walksRoundAndLeavesTombstonesOut() {
    change(update("a", 1));
    change(new Entry.Cleared("system/config/b", 2));
    change(update("c", 3));

    assertThat(outbox.renewNext("", 0)).isEqualTo("system/config/a");
    assertThat(outbox.renewNext("system/config/a", 0)).isEqualTo("system/config/c");
    assertThat(outbox.renewNext("system/config/c", 0)).isEqualTo("system/config/a");
    assertThat(outbox.live()).isEqualTo(2);
  }

  @Test
  void renewNext_onTopOfAChange_staysAChange() {
    change(update("a", 1));
    outbox.renewNext("", 5);
    assertThat(outbox.next().cause()).isEqualTo(Cause.CHANGE);
  }

  @Test
  void offer_changeOnTopOfAReissue_isAChange() {
    change(update("a", 1));
    outbox.confirmed(outbox.next());
    outbox.renewNext("", 5);
    outbox.offer(update("a", 2), Cause.CHANGE, 7);

    Sending sending = outbox.next();
    assertThat(sending.cause()).isEqualTo(Cause.CHANGE);
    assertThat(sending.sinceNanos()).isEqualTo(7);
  }

  @Test
  void replaceAll_anotherEpoch_countsAnewAndClearsWhatIsGone() {
    change(update("a", 10));
    change(update("b", 11));
    outbox.confirmed(outbox.next());
    outbox.confirmed(outbox.next());
    outbox.replaceAll(List.of(update("a", 1)), 0);

    assertThat(outbox.next().entry()).isEqualTo(update("a", 1));
    assertThat(outbox.next().entry()).isEqualTo(new Entry.Cleared("system/config/b", -1));
  }
}
