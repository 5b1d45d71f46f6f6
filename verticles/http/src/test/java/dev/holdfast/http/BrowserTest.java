package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.body;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A running room and a browser's hands. */
abstract class BrowserTest {
  static final String SESSION = "/api/config/session";
  static final String STT = "/api/config/services/stt-worker";

  HttpHarness http;

  @BeforeEach
  void start() throws Exception {
    http = new HttpHarness();
  }

  @AfterEach
  void stop() {
    http.close();
  }

  HttpResponse<String> signIn(String token) throws Exception {
    return http.json("POST", SESSION, null, new JsonObject().put("token", token).encode());
  }

  HttpResponse<String> get(String path, String cookie) throws Exception {
    HttpRequest.Builder request = http.request(path, null).header("Cookie", cookie);
    return http.send(request);
  }

  static String cookie(HttpResponse<String> reply) {
    return reply.headers().firstValue("set-cookie").orElseThrow().split(";", -1)[0];
  }

  static String csrf(HttpResponse<String> reply) {
    return body(reply).getString("csrf_token");
  }
}
