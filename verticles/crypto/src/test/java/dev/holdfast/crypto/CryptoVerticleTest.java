package dev.holdfast.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.Codecs;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.crypto.CryptoVerticle.GeneratedKeys;
import dev.holdfast.messages.crypto.ComputeHmac;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.GetKeys;
import dev.holdfast.messages.crypto.HmacComputed;
import dev.holdfast.messages.crypto.OpenSecrets;
import dev.holdfast.messages.crypto.ResealSecrets;
import dev.holdfast.messages.crypto.SealSecrets;
import dev.holdfast.messages.crypto.SealSecrets.Plain;
import dev.holdfast.messages.crypto.SealedSecret;
import dev.holdfast.messages.crypto.SecretsOpened.Opened;
import dev.holdfast.messages.crypto.SecretsResealed.Resealed;
import dev.holdfast.messages.crypto.SignDeletion;
import dev.holdfast.messages.crypto.SignUpdate;
import dev.holdfast.messages.crypto.VerifyHmac;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class CryptoVerticleTest {
  private final GeneratedKeys keys = CryptoVerticle.generate();
  private Bus bus;

  @BeforeEach
  void deploy(Vertx vertx, VertxTestContext context) {
    Codecs.register(vertx);
    bus = new Bus(vertx);
    vertx
        .deployVerticle(new CryptoVerticle(CryptoFixture.options(keys)))
        .onComplete(context.succeedingThenComplete());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 200_000})
  void hmac_anyLength_isTheJdksAndVerifies(int length, VertxTestContext context) throws Exception {
    String text = "ü".repeat(length);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(keys.hmacKeyBase64()), "HmacSHA256"));
    String expected = HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    bus.call(CryptoRoutes.HMAC, new ComputeHmac(text))
        .compose(
            computed -> {
              assertThat(computed).isEqualTo(new HmacComputed(expected, keys.hmacKeyId()));
              return bus.call(CryptoRoutes.VERIFY_HMAC, new VerifyHmac(text, computed.hex()));
            })
        .onComplete(
            context.succeeding(
                verified ->
                    context.verify(
                        () -> {
                          assertThat(verified.valid()).isTrue();
                          context.completeNow();
                        })));
  }

  @Test
  void verifyHmac_anythingElse_isNotValid(VertxTestContext context) {
    bus.call(CryptoRoutes.HMAC, new ComputeHmac("text"))
        .compose(
            computed ->
                Future.all(
                    List.of(
                        verify("texu", computed.hex()),
                        verify("text", computed.hex().substring(1)),
                        verify("text", computed.hex() + "0"),
                        verify("text", "g" + computed.hex().substring(1)),
                        verify("text", computed.hex().toUpperCase(Locale.ROOT)),
                        verify("text", ""))))
        .onComplete(
            context.succeeding(
                all ->
                    context.verify(
                        () -> {
                          assertThat(all.<Boolean>list()).hasSize(6).containsOnly(false);
                          context.completeNow();
                        })));
  }

  @Test
  void signUpdate_overTheBus_isSignedByTheFirstKey(VertxTestContext context) {
    Future.all(
            bus.call(CryptoRoutes.SIGN_UPDATE, new SignUpdate("router", 1, "epoch", "{}", 0)),
            bus.call(CryptoRoutes.SIGN_DELETION, new SignDeletion("router", 2, "epoch")),
            bus.call(CryptoRoutes.KEYS, new GetKeys()))
        .onComplete(
            context.succeeding(
                all ->
                    context.verify(
                        () -> {
                          assertThat(all.list()).hasSize(3).doesNotContainNull();
                          assertThat(all.resultAt(2).toString())
                              .contains(keys.hmacKeyId())
                              .doesNotContain(keys.hmacKeyBase64(), keys.masterKeyBase64());
                          context.completeNow();
                        })));
  }

  @Test
  void signUpdate_illegalName_failsBadRequest(VertxTestContext context) {
    bus.call(CryptoRoutes.SIGN_UPDATE, new SignUpdate("../x", 1, "epoch", "{}", 0))
        .onComplete(
            context.failing(
                failure ->
                    context.verify(
                        () -> {
                          assertThat(((BusFailure) failure).code())
                              .isEqualTo(FailureCode.BAD_REQUEST);
                          context.completeNow();
                        })));
  }

  /** Few are done on the event loop, many on a worker thread. */
  @ParameterizedTest
  @ValueSource(ints = {1, 20, 1_000})
  void sealOpenReseal_anyNumber_givesEachBackInOrder(int number, VertxTestContext context) {
    List<SecretValue> values =
        IntStream.range(0, number).mapToObj(i -> SecretValue.of("value-" + i)).toList();
    bus.call(
            CryptoRoutes.SEAL,
            new SealSecrets(values.stream().map(it -> new Plain("router", "k", it)).toList()))
        .compose(it -> bus.call(CryptoRoutes.RESEAL, new ResealSecrets(placed(it.sealed()))))
        .map(it -> it.resealed().stream().map(Resealed::sealed).toList())
        .compose(
            again -> {
              assertThat(again).extracting(Sealed::keyId).containsOnly(keys.masterKeyId());
              return bus.call(CryptoRoutes.OPEN, new OpenSecrets(placed(again)));
            })
        .onComplete(
            context.succeeding(
                all ->
                    context.verify(
                        () -> {
                          assertThat(all.opened())
                              .extracting(Opened::value)
                              .containsExactlyElementsOf(values);
                          context.completeNow();
                        })));
  }

  private static List<SealedSecret> placed(List<Sealed> values) {
    return values.stream().map(it -> new SealedSecret("router", "k", it)).toList();
  }

  private Future<Boolean> verify(String text, String hex) {
    return bus.call(CryptoRoutes.VERIFY_HMAC, new VerifyHmac(text, hex)).map(it -> it.valid());
  }
}
