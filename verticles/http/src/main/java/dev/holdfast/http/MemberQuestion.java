package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.MemberBus;
import dev.holdfast.model.Names;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A question that came over the clustered bus, read as the request of REST that it stands for. It
 * brings a token in a header, and no cookie, no entity tag and no other header counts.
 */
final class MemberQuestion implements Incoming {
  /** Who sent a message over the bus is only what the message says, so all senders are one. */
  private static final String MEMBERS = "cluster";

  private static final String FORMAT = "format";
  private static final String SERVICE = "service";
  private static final Set<String> TOKEN_HEADERS = Set.of("x-api-token", "authorization");

  private final MemberBus.Question question;
  private final Call call;
  private final boolean guarded;
  private final @Nullable String service;
  private final Map<String, String> query;
  private final Buffer body;

  private MemberQuestion(
      MemberBus.Question question,
      Call call,
      boolean guarded,
      @Nullable String service,
      Map<String, String> query,
      Buffer body) {
    this.question = question;
    this.call = call;
    this.guarded = guarded;
    this.service = service;
    this.query = Map.copyOf(query);
    this.body = body;
  }

  /**
   * Reads a question.
   *
   * @param guarded whether members prove who they are
   * @throws BusFailure {@link FailureCode#BAD_REQUEST} for what no call can be made of
   */
  static MemberQuestion of(MemberBus.Question question, MemberCall asked, boolean guarded) {
    JsonObject json = object(question);
    Call call = asked.call();
    String service = call.namesService() ? text(json, SERVICE) : null;
    Map<String, String> query = new HashMap<>();
    JsonObject body = new JsonObject();
    for (Map.Entry<String, Object> member : json) {
      String name = member.getKey();
      if (asked.inBody(name)) {
        body.put(name, member.getValue());
      } else if (asked == MemberCall.PATCH && name.equals("config")) {
        body = config(member.getValue());
      } else if (member.getValue() != null && !(call.namesService() && name.equals(SERVICE))) {
        query.put(name, parameter(name, member.getValue()));
      }
    }
    if (asked == MemberCall.GET) {
      query.putIfAbsent("include_fields", "false");
    }
    return new MemberQuestion(question, call, guarded, service, query, body.toBuffer());
  }

  /** An instance's report about a service, checked as a read of that service. */
  static MemberQuestion report(MemberBus.Question question, boolean guarded) {
    String service = text(object(question), SERVICE);
    return new MemberQuestion(
        question, Call.GET_SERVICE, guarded, service, Map.of(), Buffer.buffer());
  }

  /** The members of a question that speaks a format we know. */
  static JsonObject object(MemberBus.Question question) {
    JsonObject json = question.json();
    if (json == null) {
      throw bad("the question is no JSON object");
    }
    JsonObject members = json.copy();
    Object format = members.remove(FORMAT);
    if (format != null && !format.equals(1) && !format.equals(2)) {
      throw bad("format: not known (expected: 1 or 2)");
    }
    return members;
  }

  /** The call of REST. */
  Call call() {
    return call;
  }

  /** The name in the path, unchecked; null where the call names none. */
  @Nullable String service() {
    return service;
  }

  /** The id the question brought, or null. */
  @Nullable String requestId() {
    return question.header("x-request-id");
  }

  /** The body, of at most so many bytes. */
  Future<Buffer> body(int maxBytes) {
    return body.length() <= maxBytes
        ? Future.succeededFuture(body)
        : Future.failedFuture(
            BusFailure.of(
                FailureCode.TOO_LARGE,
                "the question is too large (expected: at most " + maxBytes + " bytes)"));
  }

  @Override
  public HttpMethod method() {
    return call.method();
  }

  @Override
  public String path() {
    return service != null && Names.isService(service)
        ? call.path().replace(":service", service)
        : call.path();
  }

  @Override
  public Map<String, String> query() {
    return query;
  }

  @Override
  public @Nullable String header(CharSequence name) {
    if (HttpHeaders.CONTENT_TYPE.toString().contentEquals(name)) {
      return Reply.JSON;
    }
    return TOKEN_HEADERS.contains(name.toString()) ? question.header(name.toString()) : null;
  }

  @Override
  public List<String> headers(CharSequence name) {
    String first = header(name);
    return first == null ? List.of() : List.of(first);
  }

  @Override
  public String from() {
    return MEMBERS;
  }

  @Override
  public String network() {
    return MEMBERS;
  }

  /** The failure's text says it. */
  @Override
  public void retryAfter(long seconds) {}

  @Override
  public boolean guarded() {
    return guarded;
  }

  private static String text(JsonObject json, String name) {
    if (json.getValue(name) instanceof String text) {
      return text;
    }
    throw bad(name + ": missing, or no text (expected: a service's name)");
  }

  private static JsonObject config(@Nullable Object value) {
    if (value instanceof JsonObject config) {
      return config;
    }
    throw bad("config: no object (expected: the keys to change)");
  }

  private static String parameter(String name, Object value) {
    if (value instanceof JsonObject || value instanceof JsonArray) {
      throw bad(Names.printable(name) + ": no text, number or boolean");
    }
    return value.toString();
  }

  private static BusFailure bad(String detail) {
    return BusFailure.of(FailureCode.BAD_REQUEST, detail);
  }
}
