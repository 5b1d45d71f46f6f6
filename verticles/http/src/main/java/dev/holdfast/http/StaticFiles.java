package dev.holdfast.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of the jar that a browser asks for: the page at {@code /}, the one at {@code /docs}
 * that shows the OpenAPI document, and what both load. Nothing comes from elsewhere, and the
 * policies in their headers let nothing else in. Belongs to one event loop.
 */
final class StaticFiles {
  private static final String WEBJARS = "META-INF/resources/webjars/";
  private static final String GZIP = "gzip";

  private static final String PAGE_POLICY =
      "default-src 'none'; script-src 'self' %s; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types lit-html";

  private static final String DOCS_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

  private static final String PART_POLICY = "default-src 'none'; frame-ancestors 'none'";

  /** What a path begins with, and the folder of the class path behind it. */
  private static final List<Folder> FOLDERS =
      List.of(
          new Folder("/page/", "webroot/page/"),
          new Folder("/docs/", "webroot/docs/"),
          new Folder("/docs/swagger-ui/", WEBJARS + "swagger-ui/5.34.1/"),
          new Folder("/lib/lit/", WEBJARS + "lit/3.3.1/"),
          new Folder("/lib/lit-html/", WEBJARS + "lit-html/3.3.2/"),
          new Folder("/lib/lit-element/", WEBJARS + "lit-element/4.2.2/"),
          new Folder("/lib/reactive-element/", WEBJARS + "lit__reactive-element/2.1.2/"),
          new Folder("/lib/uplot/", WEBJARS + "uplot/1.6.30/dist/"));

  private record Folder(String path, String resources) {}

  private final Vertx vertx;
  private final HttpMetrics metrics;
  private final Map<String, Future<StaticFile>> read = new HashMap<>();

  StaticFiles(Vertx vertx, HttpMetrics metrics) {
    this.vertx = vertx;
    this.metrics = metrics;
  }

  /** Adds its paths, for GET and HEAD. */
  void mount(Router router) {
    router.get("/").handler(context -> send(context, "webroot/index.html"));
    router.head("/").handler(context -> send(context, "webroot/index.html"));
    router.get("/docs").handler(context -> send(context, "webroot/docs/index.html"));
    for (Folder folder : FOLDERS) {
      router.get(folder.path() + "*").handler(context -> send(context, folder));
      router.head(folder.path() + "*").handler(context -> send(context, folder));
    }
  }

  private void send(RoutingContext context, Folder folder) {
    String path = context.request().path();
    // The door let unreserved characters pass alone, and no "..": the name stays in its folder.
    if (path.startsWith(folder.path()) && StaticFile.servable(path)) {
      send(context, folder.resources() + path.substring(folder.path().length()));
    } else {
      context.next();
    }
  }

  private void send(RoutingContext context, String resource) {
    Future<StaticFile> file = read.get(resource);
    if (file == null) {
      Future<StaticFile> reading = vertx.executeBlocking(() -> read(resource), false);
      // What is not there is not remembered: anybody may ask for anything.
      file = reading.onSuccess(found -> read.put(resource, reading));
    }
    file.onSuccess(found -> send(context, found))
        .onFailure(
            failure -> {
              if (failure instanceof FileNotFoundException) {
                context.next();
              } else {
                context.fail(failure);
              }
            });
  }

  private void send(RoutingContext context, StaticFile file) {
    HttpServerResponse response = context.response();
    response
        .putHeader("content-security-policy", file.policy())
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
        .putHeader(HttpHeaders.ETAG, file.tag());
    if (EntityTags.held(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), file.tag())) {
      response.setStatusCode(304).end();
    } else {
      response.putHeader(HttpHeaders.CONTENT_TYPE, file.mediaType());
      String accepted = context.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
      if (accepted != null && accepted.contains(GZIP)) {
        response.putHeader(HttpHeaders.CONTENT_ENCODING, GZIP).end(file.packed());
      } else {
        response.end(file.plain());
      }
    }
    metrics.answered(context.request().method(), response.getStatusCode());
  }

  private static StaticFile read(String resource) throws IOException {
    try (InputStream in = StaticFiles.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource);
      }
      byte[] bytes = in.readAllBytes();
      return StaticFile.of(resource, bytes, policy(resource, bytes));
    }
  }

  private static String policy(String resource, byte[] bytes) {
    if (!resource.endsWith(".html")) {
      return PART_POLICY;
    }
    String importMap = StaticFile.importMapHash(bytes);
    return importMap == null ? DOCS_POLICY : PAGE_POLICY.formatted(importMap);
  }
}
