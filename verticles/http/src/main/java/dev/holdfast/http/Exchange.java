package dev.holdfast.http;

import dev.holdfast.model.Caller;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request that has passed every check.
 *
 * @param request the request itself
 * @param call which call it is
 * @param caller who asks; without a token nobody, who sees no service
 * @param grant what the token allows; null only where the call needs none and none was given
 * @param service the checked name in the path; empty where the path names none
 * @param query the parameters: String, Long or Boolean, as the API document types them
 * @param body the JSON object sent; empty where the call takes none
 */
record Exchange(
    HttpServerRequest request,
    Call call,
    Caller caller,
    @Nullable Grant grant,
    String service,
    Map<String, Object> query,
    Map<String, @Nullable Object> body) {

  /** A parameter that is true or false; false where it is absent. */
  boolean flag(String name) {
    return Boolean.TRUE.equals(query.get(name));
  }

  /** A parameter that is a text, or null. */
  @Nullable String text(String name) {
    return (String) query.get(name);
  }

  /** A parameter that is a whole number, or null. */
  @Nullable Long number(String name) {
    return (Long) query.get(name);
  }
}
