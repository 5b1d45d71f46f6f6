package dev.holdfast.client;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.holdfast.json.StrictJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The manager over REST. */
final class ManagerHttp implements Manager {
  private static final long ANSWER_MILLIS = 5_000;
  private static final int CONNECT_MILLIS = 2_000;
  private static final String SERVICES = "/api/config/services/";

  private final HttpClient client;
  private final URI url;
  private final @Nullable String token;
  private final Verifier verifier;
  private final ManagerClock clock;

  ManagerHttp(
      Vertx vertx, URI url, HoldfastOptions options, Verifier verifier, ManagerClock clock) {
    this.url = url;
    this.token = options.getToken();
    this.verifier = verifier;
    this.clock = clock;
    HttpClientOptions http = new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS);
    if (url.getScheme().equals("https")) {
      http.setSsl(true).setTrustAll(false).setVerifyHost(true);
      Path ca = options.getCaFile();
      if (ca != null) {
        http.setTrustOptions(new PemTrustOptions().addCertPath(ca.toString()));
      }
    }
    this.client = vertx.createHttpClient(http);
  }

  @Override
  public Future<Read> read(String service) {
    return answer(HttpMethod.GET, SERVICES + service + "/signed", null)
        .map(body -> new Read(verifier.verify(service, body.getBytes()), Origin.REST));
  }

  @Override
  public Future<JsonObject> clear(String service) {
    return json(HttpMethod.GET, SERVICES + service + "?include_fields=false", null);
  }

  /** Registers the schema of a service. */
  Future<Void> register(String service, JsonObject schema) {
    return json(HttpMethod.PUT, "/api/config/schemas/" + service, schema).mapEmpty();
  }

  /** The list of the manager's signature keys. */
  Future<JsonObject> keys() {
    return json(HttpMethod.GET, "/api/config/keys", null);
  }

  /** A stream of events that is open; its handlers are still to be set. */
  Future<HttpClientResponse> events(String query, @Nullable String lastEventId) {
    RequestOptions options = request(HttpMethod.GET, "/api/config/events" + query);
    options.putHeader(HttpHeaders.ACCEPT, "text/event-stream");
    if (lastEventId != null) {
      options.putHeader("Last-Event-ID", lastEventId);
    }
    return client
        .request(options)
        .compose(request -> request.send().timeout(ANSWER_MILLIS, MILLISECONDS))
        .compose(
            response -> {
              clock.heard(response.getHeader(HttpHeaders.DATE));
              if (response.statusCode() == 200) {
                return Future.succeededFuture(response.pause());
              }
              return body(response).compose(body -> failed(response.statusCode(), body));
            });
  }

  Future<Void> close() {
    return client.close();
  }

  private Future<JsonObject> json(HttpMethod method, String path, @Nullable JsonObject sent) {
    return answer(method, path, sent)
        .map(
            body -> {
              try {
                return body.toJsonObject();
              } catch (DecodeException | ClassCastException e) {
                throw new HoldfastException(0, "the manager's answer is no JSON object", e);
              }
            });
  }

  private Future<Buffer> answer(HttpMethod method, String path, @Nullable JsonObject sent) {
    Buffer content = sent == null ? Buffer.buffer() : sent.toBuffer();
    RequestOptions options = request(method, path);
    if (sent != null) {
      options.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    }
    return client
        .request(options)
        .compose(request -> request.send(content))
        .compose(
            response -> {
              clock.heard(response.getHeader(HttpHeaders.DATE));
              return body(response)
                  .compose(
                      body ->
                          response.statusCode() == 200
                              ? Future.succeededFuture(body)
                              : failed(response.statusCode(), body));
            })
        .timeout(ANSWER_MILLIS, MILLISECONDS);
  }

  /** The body, of at most the size that any JSON of the manager may have. */
  private static Future<Buffer> body(HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response
        .handler(
            part -> {
              if (body.length() + part.length() > 2 * StrictJson.MAX_BYTES) {
                whole.tryFail(new HoldfastException("the manager's answer is too long"));
                response.request().reset();
              } else {
                body.appendBuffer(part);
              }
            })
        .exceptionHandler(whole::tryFail)
        .endHandler(done -> whole.tryComplete(body));
    return whole.future();
  }

  private static <T> Future<T> failed(int status, Buffer body) {
    return Future.failedFuture(HoldfastException.answered(status, body.toString(), null));
  }

  private RequestOptions request(HttpMethod method, String path) {
    boolean tls = url.getScheme().equals("https");
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(url.getHost().replaceAll("[\\[\\]]", ""))
            .setPort(url.getPort() < 0 ? (tls ? 443 : 80) : url.getPort())
            .setSsl(tls)
            .setURI(path);
    if (token != null) {
      options.putHeader("X-API-Token", token);
    }
    return options;
  }
}
