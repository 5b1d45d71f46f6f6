package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.Codecs;
import dev.holdfast.messages.settings.SearchHit;
import dev.holdfast.messages.settings.SearchPage;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.model.Caller;
import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class QueryCallsTest {

  @Test
  void search_secretHit_hasNoValueWhateverSettingsGives(Vertx vertx) throws Exception {
    Codecs.register(vertx);
    Bus bus = new Bus(vertx);
    SearchHit hit =
        new SearchHit("tts", "api_key", "canary", FieldType.SECRET, Complexity.SIMPLE, "A key", 1);
    bus.serve(
        SettingsRoutes.SEARCH, question -> Future.succeededFuture(new SearchPage(List.of(hit), 1)));
    QueryCalls calls =
        new QueryCalls(
            bus,
            new ReadModel(),
            new Denials(bus, Access.of(SecretRooms.OPTIONS), Clock.systemUTC()));
    Exchange exchange =
        new Exchange(
            null,
            Call.SEARCH,
            Caller.system("test"),
            null,
            "",
            "",
            Map.of(),
            Map.of("query", "key"));
    JsonObject found =
        calls
            .search(exchange)
            .toCompletionStage()
            .toCompletableFuture()
            .get(5, TimeUnit.SECONDS)
            .body()
            .toJsonObject()
            .getJsonArray("results")
            .getJsonObject(0);
    assertThat(found.getBoolean("is_secret")).isTrue();
    assertThat(found.containsKey("value")).isTrue();
    assertThat(found.getValue("value")).isNull();
  }
}
