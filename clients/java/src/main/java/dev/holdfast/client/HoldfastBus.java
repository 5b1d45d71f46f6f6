package dev.holdfast.client;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Names;
import dev.holdfast.model.Times;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a member of the manager's cluster may ask over the event bus, typed. To follow settings, and
 * to have them when nobody answers, take a {@link HoldfastClient} with {@link
 * HoldfastOptions#setBus}.
 *
 * <p>Any member may answer in the manager's place. So settings count only if they are signed, fresh
 * and not older than what was answered before, and a change only if a signed state shows it. Names,
 * search results, history and a deletion are not signed: they are what a member said. Secrets are
 * not to be had here.
 *
 * <p>Every future fails {@link HoldfastException}, with the HTTP status where the manager refused.
 * All methods may be called from any thread.
 */
public final class HoldfastBus {
  private final Vertx vertx;
  private final ManagerBus manager;
  private final ManagerClock clock = new ManagerClock(Clock.systemUTC());
  private final Map<String, Intake> intakes = new ConcurrentHashMap<>();
  private final Map<Class<?>, RecordShape<?>> shapes = new ConcurrentHashMap<>();

  /**
   * What a change came to.
   *
   * @param service whose settings
   * @param version the service's version now
   * @param epoch the life of the manager's database; empty for a deletion
   * @param message the manager's words, for a person
   */
  public record Change(String service, long version, String epoch, String message) {
    public Change {
      requireNonNull(service, "service");
      requireNonNull(epoch, "epoch");
      requireNonNull(message, "message");
    }
  }

  /**
   * A setting that was searched for.
   *
   * @param value its value; null where it is null, or a secret
   * @param score how well it matches: 1 for the exact key
   */
  public record Hit(
      String service, String key, @Nullable Object value, String description, double score) {}

  /**
   * A row of the history.
   *
   * @param id the row's number
   * @param oldValue before; null where there was none, or it is a secret
   * @param newValue after; the same
   * @param changedBy the name of a token
   * @param reason what was given, or null
   */
  public record Entry(
      long id,
      String service,
      String key,
      @Nullable Object oldValue,
      @Nullable Object newValue,
      Instant changedAt,
      String changedBy,
      @Nullable String reason) {}

  private HoldfastBus(Vertx vertx, ManagerBus manager) {
    this.vertx = vertx;
    this.manager = manager;
  }

  /**
   * Takes the public keys and the token of the options; the rest plays no part.
   *
   * @throws IllegalArgumentException where the options lack the public keys, or the Vert.x instance
   *     is in no cluster
   */
  public static HoldfastBus create(Vertx vertx, HoldfastOptions options) {
    return new HoldfastBus(
        vertx, new ManagerBus(vertx, options.getBusToken(), new Verifier(options.publicKeys())));
  }

  /** The names of the services that the token may read, sorted. */
  public Future<List<String>> services() {
    return asked(
        manager.ask("services", new JsonObject()),
        answer -> answer.getJsonArray("services").stream().map(String.class::cast).toList());
  }

  /** The newest settings of a service, without its secrets. */
  public Future<Settings> settings(String service) {
    return asked(manager.read(Names.service(service)), read -> taken(service, read.update()));
  }

  /**
   * The same as a record; a secret in it is null.
   *
   * @throws IllegalArgumentException where the class is no settings record
   */
  public <T extends Record> Future<T> get(Class<T> type) {
    RecordShape<T> shape = shape(type);
    return asked(
        vertx.executeBlocking(shape::prepare, false).compose(done -> settings(shape.service())),
        shape::bind);
  }

  @SuppressWarnings("unchecked") // each class is put with what was made of it
  private <T extends Record> RecordShape<T> shape(Class<T> type) {
    return (RecordShape<T>) shapes.computeIfAbsent(type, key -> RecordShape.of(type));
  }

  /**
   * Replaces the settings of a service: what is absent returns to its default.
   *
   * @param version the one that was read; 0 makes the service
   */
  public Future<Change> put(
      String service, JsonObject config, long version, @Nullable String reason) {
    return changed("put", service, config, version, reason);
  }

  /** Changes some settings (RFC 7396, JSON Merge Patch): null returns a key to its default. */
  public Future<Change> patch(
      String service, JsonObject config, long version, @Nullable String reason) {
    return changed("patch", service, config, version, reason);
  }

  /** Deletes a service; its history stays. */
  public Future<Change> delete(String service, long version, @Nullable String reason) {
    return asked(
        manager.ask("delete", question(service, version, reason)),
        answer -> new Change(service, answer.getLong("version"), "", "deleted"));
  }

  /**
   * The settings whose key, description or service has that text, best first.
   *
   * @param most 1 to 200
   */
  public Future<List<Hit>> search(String text, int most) {
    JsonObject question = new JsonObject().put("query", text).put("max_results", most);
    return asked(
        manager.ask("search", question),
        answer ->
            objects(answer.getJsonArray("results"))
                .map(
                    hit ->
                        new Hit(
                            hit.getString("service"),
                            hit.getString("key"),
                            hit.getValue("value"),
                            hit.getString("description", ""),
                            hit.getDouble("match_score")))
                .toList());
  }

  /**
   * The changes of a service, newest first.
   *
   * @param most 1 to 1000
   */
  public Future<List<Entry>> history(String service, int most) {
    JsonObject question =
        new JsonObject().put("service", Names.service(service)).put("limit", most);
    return asked(
        manager.ask("history", question),
        answer -> objects(answer.getJsonArray("entries")).map(HoldfastBus::entry).toList());
  }

  private Future<Change> changed(
      String call, String service, JsonObject config, long version, @Nullable String reason) {
    return asked(
        manager.ask(call, question(service, version, reason).put("config", config)),
        answer -> {
          Settings now = taken(service, manager.signed(service, answer));
          long made = answer.getLong("version");
          if (now.version() < made || made < version) {
            throw new HoldfastException(service + ": the answer does not show the change");
          }
          return new Change(service, made, now.epoch(), answer.getString("message", ""));
        });
  }

  private static JsonObject question(String service, long version, @Nullable String reason) {
    JsonObject question =
        new JsonObject().put("service", Names.service(service)).put("version", version);
    return reason == null ? question : question.put("reason", reason);
  }

  private Settings taken(String service, Update update) {
    Intake intake = intakes.computeIfAbsent(service, name -> new Intake(System::nanoTime));
    synchronized (intake) {
      intake.offer(update, Intake.Way.ANSWERED, clock.now());
    }
    Update.Mark mark = update.mark();
    return new Settings(
        service, mark.version(), mark.epoch(), update.values(), Map.of(), Origin.BUS);
  }

  private static Entry entry(JsonObject row) {
    return new Entry(
        row.getLong("id"),
        row.getString("service"),
        row.getString("key"),
        row.getValue("old_value"),
        row.getValue("new_value"),
        Times.parse(row.getString("changed_at")),
        row.getString("changed_by"),
        row.getString("change_reason"));
  }

  private static Stream<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast);
  }

  /** What is no answer of the form that was asked for fails as one that does not count. */
  private static <A, T> Future<T> asked(Future<A> answer, Function<A, T> reader) {
    return answer
        .map(reader)
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof HoldfastException
                        ? failure
                        : new HoldfastException(
                            0, "the answer does not count: " + failure.getMessage(), failure)));
  }
}
