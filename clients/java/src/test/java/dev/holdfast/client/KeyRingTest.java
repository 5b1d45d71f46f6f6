package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingTest {
  private static final String SINCE = "2026-01-01T00:00:00+00:00";

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Signer first = new Signer();
  private final Signer second = new Signer();
  private final Signer third = new Signer();
  private final PublicKeys keys = PublicKeys.ofPem(first.pem());
  private JsonObject listed = new JsonObject();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void renew_endorsedByAKnownKey_isTakenAndRemembered() throws Exception {
    list(second.endorsedBy(first, SINCE));
    assertThat(trusts(keys, second)).isFalse();
    assertThat(wait(ring(keys, folder).renew())).isTrue();
    assertThat(trusts(keys, second)).isTrue();
    assertThat(trusts(keys, first)).isTrue();

    PublicKeys later = PublicKeys.ofPem(first.pem());
    KeyRing again = ring(later, folder);
    wait(again.load());
    assertThat(trusts(later, second)).isTrue();

    // The chain goes on from there, though the list tells of the last step only.
    list(third.endorsedBy(second, SINCE));
    assertThat(wait(again.renew())).isTrue();
    PublicKeys latest = PublicKeys.ofPem(first.pem());
    wait(ring(latest, folder).load());
    assertThat(trusts(latest, third)).isTrue();
  }

  @Test
  void renew_notEndorsedByAKnownKey_isNotTaken() throws Exception {
    JsonObject genuine = second.endorsedBy(first, SINCE);
    JsonObject later = genuine.copy();
    later.getJsonObject("endorsement").put("since", "2027-01-01T00:00:00+00:00");
    JsonObject stolen = genuine.copy().put("public_key", third.pem());
    JsonObject claimed = third.endorsedBy(second, SINCE);
    claimed.getJsonObject("endorsement").put("by", first.id());
    JsonObject bare = new JsonObject().put("public_key", third.pem());
    JsonObject odd = genuine.copy().put("endorsement", "yes");
    for (JsonObject bad :
        new JsonObject[] {
          later, stolen, claimed, third.endorsedBy(second, SINCE), bare, odd, new JsonObject()
        }) {
      list(bad);
      assertThat(wait(ring(keys, folder).renew())).as("%s", bad).isFalse();
    }
    assertThat(trusts(keys, second)).isFalse();
    assertThat(trusts(keys, third)).isFalse();
    assertThat(folder.resolve(KeyRing.FILE)).doesNotExist();
  }

  @Test
  void load_alteredFile_givesNoKey() throws Exception {
    Files.writeString(
        folder.resolve(KeyRing.FILE),
        new JsonArray().add(third.endorsedBy(second, SINCE)).encode());
    wait(ring(keys, folder).load());
    assertThat(trusts(keys, third)).isFalse();
    Files.writeString(folder.resolve(KeyRing.FILE), "no JSON");
    wait(ring(keys, folder).load());
    assertThat(trusts(keys, first)).isTrue();
  }

  @Test
  void renew_askedOften_asksTheManagerOnce() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    KeyRing ring =
        new KeyRing(
            vertx,
            keys,
            () -> {
              asked.incrementAndGet();
              return Future.failedFuture("away");
            },
            null);
    for (int i = 0; i < 100; i++) {
      assertThat(wait(ring.renew())).isFalse();
    }
    assertThat(asked).hasValue(1);
  }

  private void list(JsonObject key) {
    listed = new JsonObject().put("keys", new JsonArray().add(key));
  }

  private KeyRing ring(PublicKeys known, Path where) {
    return new KeyRing(vertx, known, () -> Future.succeededFuture(listed.copy()), where);
  }

  private static boolean trusts(PublicKeys known, Signer signer) {
    return known.verify("text", Base64.getDecoder().decode(signer.sign("text")));
  }

  private static <T> T wait(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
