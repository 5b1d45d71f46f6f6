package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final Grant ALICE = new Grant("alice", Set.of(Role.READ), null);
  private static final Grant BOB = new Grant("bob", Set.of(Role.WRITE), null);
  private static final Grant CAROL = new Grant("carol", Set.of(Role.READ), null);

  private final AtomicLong now = new AtomicLong();
  private final Sessions sessions =
      new Sessions(
          new Sessions.Limits(1_000, 5_000, 4, 3), grant -> true, now::get, Clock.systemUTC());

  @Test
  void begin_beyondTheTotal_endsTheOneNotUsedForLongest() {
    List<Sessions.Begun> begun = new ArrayList<>();
    for (Grant grant : List.of(ALICE, ALICE, BOB, BOB)) {
      begun.add(begin(grant));
    }
    assertThat(find(begun.get(0))).isNotNull();
    begin(CAROL);
    assertThat(sessions.size()).isEqualTo(4);
    assertThat(find(begun.get(0))).isNotNull();
    assertThat(find(begun.get(1))).isNull();
    assertThat(sessions.holds(begun.get(1).session())).isFalse();
    assertThat(find(begun.get(2))).isNotNull();
  }

  @Test
  void begin_beyondATokensShare_endsOneOfItsOwn() {
    Sessions.Begun bobs = begin(BOB);
    List<Sessions.Begun> alices = List.of(begin(ALICE), begin(ALICE), begin(ALICE), begin(ALICE));
    assertThat(find(bobs)).isNotNull();
    assertThat(find(alices.get(0))).isNull();
    assertThat(find(alices.get(1))).isNotNull();
  }

  @Test
  void sweep_letsGoOfWhatTimedOut() {
    begin(ALICE);
    Sessions.Begun second = begin(BOB);
    now.addAndGet(998);
    assertThat(sessions.sweep()).isFalse();
    now.incrementAndGet();
    assertThat(sessions.sweep()).isTrue();
    assertThat(sessions.size()).isEqualTo(1);
    assertThat(sessions.holds(second.session())).isTrue();
  }

  @Test
  void ids_areDifferentAndNotInTheText() {
    Sessions.Begun one = begin(ALICE);
    Sessions.Begun two = begin(ALICE);
    assertThat(one.id()).hasSize(43).isNotEqualTo(two.id());
    assertThat(one.session().csrfToken()).hasSize(43).isNotEqualTo(two.session().csrfToken());
    assertThat(one.toString()).doesNotContain(one.id(), one.session().csrfToken());
  }

  private Sessions.Begun begin(Grant grant) {
    now.incrementAndGet();
    return sessions.begin(grant);
  }

  private Session find(Sessions.Begun begun) {
    now.incrementAndGet();
    return sessions.find(Tokens.sha256().digest(Tokens.bytes(begun.id())));
  }
}
