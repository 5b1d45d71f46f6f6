package dev.holdfast.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The page at {@code /docs} that shows the OpenAPI document: Swagger UI from its webjar. It works
 * without an outside script, font or picture; the policy in its header allows none.
 */
final class DocsPage {
  private static final String WEBJAR = "META-INF/resources/webjars/swagger-ui/5.34.1/";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

  private static final List<Part> PARTS =
      List.of(
          new Part("/docs", "docs/index.html", "text/html; charset=utf-8"),
          new Part("/docs/start.js", "docs/start.js", "text/javascript"),
          new Part(
              "/docs/swagger-ui-bundle.js", WEBJAR + "swagger-ui-bundle.js", "text/javascript"),
          new Part("/docs/swagger-ui.css", WEBJAR + "swagger-ui.css", "text/css"));

  private record Part(String path, String resource, String mediaType) {}

  private final Vertx vertx;

  DocsPage(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Adds its paths, for GET. */
  void mount(Router router) {
    for (Part part : PARTS) {
      router.route(HttpMethod.GET, part.path()).handler(context -> send(context, part));
    }
  }

  private void send(RoutingContext context, Part part) {
    vertx
        .executeBlocking(() -> read(part.resource()), false)
        .onFailure(context::fail)
        .onSuccess(
            body ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, part.mediaType())
                    .putHeader("content-security-policy", POLICY)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                    .end(body));
  }

  private static Buffer read(String resource) throws IOException {
    try (InputStream in = DocsPage.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource);
      }
      return Buffer.buffer(in.readAllBytes());
    }
  }
}
