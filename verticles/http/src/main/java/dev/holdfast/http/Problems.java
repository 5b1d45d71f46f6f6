package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.health.HealthReport;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the problem documents (RFC 9457): the one place where failures become replies. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final String MEDIA_TYPE = "application/problem+json";
  private static final String BLANK = "about:blank";

  private final Supplier<@Nullable HealthReport> health;

  /** {@code health} gives the newest report, or null before the first. */
  Problems(Supplier<@Nullable HealthReport> health) {
    this.health = health;
  }

  /** The reply for a failure; what is not typed is a defect, logged here once. */
  Reply of(Throwable failure, String requestId) {
    if (failure instanceof BodyReader.Late late) {
      return of(408, String.valueOf(late.getMessage()), requestId);
    }
    if (failure instanceof Preconditions.StaleTag stale) {
      JsonObject json = document(BLANK, 412, String.valueOf(stale.getMessage()), requestId);
      return Reply.of(
          412, MEDIA_TYPE, json.put("current_version", stale.currentVersion()).toBuffer());
    }
    if (!(failure instanceof BusFailure typed)) {
      LOG.error("request {}: failed", requestId, failure);
      return of(500, "internal error; the log has request id " + requestId, requestId);
    }
    int status = typed.code().httpStatus();
    if (typed.code() == FailureCode.INTERNAL) {
      LOG.warn("request {}: answered 500: {}", requestId, typed.detail());
    }
    JsonObject json = document(type(typed.code()), status, typed.detail(), requestId);
    if (!typed.errors().isEmpty()) {
      JsonArray errors = new JsonArray();
      typed.errors().forEach(error -> errors.add(json(error)));
      json.put("errors", errors);
    }
    if (typed.currentVersion() != null) {
      json.put("current_version", typed.currentVersion());
    }
    if (status == 503) {
      HealthReport report = health.get();
      String mode = report == null ? "normal" : report.operationalMode();
      // The settings room may know of a fault a moment before the report of it is here.
      boolean early = typed.code() == FailureCode.READ_ONLY && mode.equals("normal");
      json.put("operational_mode", early ? "read-only-fallback" : mode);
    }
    Reply reply = Reply.of(status, MEDIA_TYPE, json.toBuffer());
    return switch (status) {
      case 401 -> reply.with("www-authenticate", "Bearer");
      case 503 -> reply.with("retry-after", "1");
      default -> reply;
    };
  }

  /** A problem that no {@link FailureCode} stands for. */
  static Reply of(int status, String detail, String requestId) {
    return Reply.of(status, MEDIA_TYPE, document(BLANK, status, detail, requestId).toBuffer());
  }

  private static JsonObject document(String type, int status, String detail, String requestId) {
    return new JsonObject()
        .put("type", type)
        .put("title", title(status))
        .put("status", status)
        .put("detail", detail)
        .put("request_id", requestId);
  }

  /** The phrase of RFC 9110, which renamed some. */
  private static String title(int status) {
    return switch (status) {
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 422 -> "Unprocessable Content";
      default -> HttpResponseStatus.valueOf(status).reasonPhrase();
    };
  }

  /** Several causes share the status 503, so there the type tells which it is. */
  private static String type(FailureCode code) {
    return code.httpStatus() == 503
        ? "urn:holdfast:problem:" + code.name().toLowerCase(Locale.ROOT).replace('_', '-')
        : BLANK;
  }

  private static JsonObject json(FieldError error) {
    return new JsonObject()
        .put("field", error.field())
        .put("message", error.message())
        .put("type", error.type());
  }
}
