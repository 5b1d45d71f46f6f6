package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.Caller;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadModelTest {
  private final ReadModel model = new ReadModel();

  @Test
  void apply_olderRevision_changesNothing() {
    model.apply(changed(Fixtures.stt(4, 12, 0.7)));
    model.apply(changed(Fixtures.stt(3, 11, 0.6)));
    model.apply(state(11, Fixtures.stt(3, 11, 0.6)));
    assertThat(version("stt-worker")).isEqualTo(4);
    assertThat(model.revision()).isEqualTo(12);
  }

  @Test
  void apply_sameRevisionAgain_keepsTheEncodedBytes() {
    model.apply(changed(Fixtures.stt(4, 12, 0.7)));
    ServiceDocument first = model.get("stt-worker");
    model.apply(changed(Fixtures.stt(4, 12, 0.7)));
    assertThat(model.get("stt-worker")).isSameAs(first);
  }

  @Test
  void apply_snapshotAfterItsTombstone_doesNotResurrect() {
    model.apply(changed(Fixtures.stt(4, 12, 0.7)));
    model.apply(deleted(5, 13));
    model.apply(changed(Fixtures.stt(4, 12, 0.7)));
    model.apply(state(12, Fixtures.stt(4, 12, 0.7)));
    assertThat(model.get("stt-worker")).isNull();
    assertThat(model.names(Caller.system("test"))).isEmpty();
    model.apply(changed(Fixtures.stt(6, 14, 0.5)));
    assertThat(version("stt-worker")).isEqualTo(6);
  }

  @Test
  void apply_stateWithoutAService_dropsItUnlessItIsNewer() {
    model.apply(changed(Fixtures.stt(4, 12, 0.7)));
    model.apply(state(11));
    assertThat(version("stt-worker")).isEqualTo(4);
    model.apply(state(12));
    assertThat(model.get("stt-worker")).isNull();
  }

  @Test
  void apply_otherEpoch_waitsForTheState() {
    model.apply(state(12, Fixtures.stt(4, 12, 0.7)));
    ServiceSnapshot other = inEpoch("other", Fixtures.stt(1, 2, 0.9));
    model.apply(new ConfigChanged(2, "other", 1, List.of(other), List.of()));
    assertThat(version("stt-worker")).isEqualTo(4);
    model.apply(new State(2, "other", 1, List.of(other), List.of()));
    assertThat(version("stt-worker")).isEqualTo(1);
    assertThat(model.revision()).isEqualTo(2);
  }

  @Test
  void names_areSortedAndLimitedToTheScope() {
    model.apply(
        state(
            12,
            Fixtures.stt(4, 12, 0.7),
            Fixtures.snapshot(Fixtures.untyped("a"), 1, 3, Map.of()),
            Fixtures.snapshot(Fixtures.untyped("z"), 1, 4, Map.of())));
    assertThat(model.names(Caller.system("test"))).containsExactly("a", "stt-worker", "z");
    assertThat(model.names(new Caller("n", Set.of("z", "a", "q"), "id"))).containsExactly("a", "z");
    assertThat(model.names(new Caller("n", Set.of(), "id"))).isEmpty();
  }

  @Test
  void document_holdsConfigAndFields() {
    JsonObject json = json(ServiceDocument.of(Fixtures.stt(3, 7, 0.5), null).full());
    assertThat(json.fieldNames())
        .containsExactly("service", "config", "version", "updated_at", "config_epoch", "fields");
    assertThat(json.getString("updated_at")).isEqualTo("2026-11-22T10:15:30.123456+00:00");
    assertThat(json.getJsonObject("config"))
        .isEqualTo(new JsonObject().putNull("api_key").put("vad_threshold", 0.5));
    JsonObject secret = json.getJsonArray("fields").getJsonObject(0);
    assertThat(secret.getBoolean("is_secret")).isTrue();
    assertThat(secret.getValue("default")).isNull();
    assertThat(secret.getJsonObject("validation"))
        .isEqualTo(new JsonObject().put("nullable", true));
    assertThat(json.getJsonArray("fields").getJsonObject(1))
        .isEqualTo(
            new JsonObject()
                .put("key", "vad_threshold")
                .put("type", "float")
                .put("complexity", "advanced")
                .put("description", "How sure \"voice\" must be")
                .put("help_text", "More of it")
                .put("examples", new JsonArray().add("0.5"))
                .put("is_secret", false)
                .put("source", "default")
                .put("default", 0.5)
                .put("validation", new JsonObject().put("min", 0).put("max", 1))
                .put("restart_required", false)
                .put("env_var", "STT_VAD"));
  }

  @Test
  void document_setKey_hasSourceDatabase() {
    ServiceDocument first = ServiceDocument.of(Fixtures.stt(3, 7, 0.5), null);
    JsonObject json = json(ServiceDocument.of(Fixtures.stt(4, 8, 0.75), first).full());
    assertThat(json.getJsonArray("fields").getJsonObject(1).getString("source"))
        .isEqualTo("database");
  }

  @Test
  void document_untyped_saysSoAndInfersTypes() {
    JsonObject json =
        json(
            ServiceDocument.of(
                    Fixtures.snapshot(
                        Fixtures.untyped("free-form"),
                        1,
                        1,
                        Map.of("a", 1L, "b", "x", "c", true, "d", 1.5)),
                    null)
                .full());
    assertThat(json.getString("schema")).isEqualTo("untyped");
    assertThat(json.getJsonArray("fields").stream().map(f -> ((JsonObject) f).getString("type")))
        .containsExactly("integer", "string", "boolean", "float");
  }

  @Test
  void document_formsHaveTagsOfTheirOwn() {
    ServiceDocument document = ServiceDocument.of(Fixtures.stt(3, 7, 0.5), null);
    assertThat(document.full().tag()).matches("\"3-[0-9a-f]{16}\"");
    assertThat(document.brief().tag()).matches("\"3-[0-9a-f]{16}\"");
    assertThat(document.brief().tag()).isNotEqualTo(document.full().tag());
    assertThat(json(document.brief()).containsKey("fields")).isFalse();
    assertThat(ServiceDocument.of(Fixtures.stt(3, 7, 0.5), document).full().tag())
        .isEqualTo(document.full().tag());
  }

  private long version(String service) {
    return model.get(service).snapshot().version();
  }

  private static JsonObject json(Encoded encoded) {
    return encoded.body().toJsonObject();
  }

  private static ConfigChanged changed(ServiceSnapshot snapshot) {
    return new ConfigChanged(snapshot.revision(), Fixtures.EPOCH, 1, List.of(snapshot), List.of());
  }

  private static ConfigChanged deleted(long version, long revision) {
    Tombstone tombstone =
        new Tombstone("stt-worker", version, revision, Fixtures.EPOCH, Fixtures.AT);
    return new ConfigChanged(revision, Fixtures.EPOCH, 1, List.of(), List.of(tombstone));
  }

  private static State state(long revision, ServiceSnapshot... services) {
    return new State(revision, Fixtures.EPOCH, 1, List.of(services), List.of());
  }

  private static ServiceSnapshot inEpoch(String epoch, ServiceSnapshot of) {
    return new ServiceSnapshot(
        of.service(),
        of.version(),
        of.revision(),
        epoch,
        of.updatedAt(),
        of.updatedBy(),
        of.effective(),
        of.setKeys(),
        of.schema());
  }
}
