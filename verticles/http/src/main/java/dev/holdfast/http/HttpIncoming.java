package dev.holdfast.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that came by HTTP. */
record HttpIncoming(HttpServerRequest http) implements Incoming {
  @Override
  public HttpMethod method() {
    return http.method();
  }

  @Override
  public String path() {
    return http.path();
  }

  @Override
  public Map<String, String> query() {
    return Query.parse(http.query());
  }

  @Override
  public @Nullable String header(CharSequence name) {
    return http.getHeader(name);
  }

  @Override
  public List<String> headers(CharSequence name) {
    return http.headers().getAll(name);
  }

  @Override
  public String from() {
    return Addresses.text(http.remoteAddress());
  }

  @Override
  public String network() {
    return Addresses.network(http.remoteAddress());
  }

  @Override
  public void retryAfter(long seconds) {
    http.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(seconds));
  }

  @Override
  public boolean guarded() {
    return true;
  }
}
