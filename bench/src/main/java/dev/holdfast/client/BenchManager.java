package dev.holdfast.client;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.model.Times;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * What answers {@code GET …/signed}, without loading a class that the client needs but the JDK's.
 */
final class BenchManager implements AutoCloseable {
  static final String SERVICE = "my-service";

  private static final String EPOCH = "4b0c7c0e-6f4e-4d0e-9a44-4a6b6ad5b2f1";

  private final KeyPair keys;
  private final byte[] payload;
  private final HttpServer server;

  /** {@code filler} characters of text beside the settings of {@link BenchConfig}. */
  BenchManager(int filler) throws IOException, GeneralSecurityException {
    keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    payload = sign(filler);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, payload.length);
          exchange.getResponseBody().write(payload);
          exchange.close();
        });
    server.start();
  }

  byte[] payload() {
    return payload.clone();
  }

  String pem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private byte[] sign(int filler) throws GeneralSecurityException {
    Map<String, Object> config =
        Map.of(
            "some_setting",
            "some",
            "another_setting",
            7L,
            "enable_feature",
            true,
            "unknown",
            "x".repeat(filler));
    String canonical = CanonicalJson.write(config);
    Map<String, Object> members = new TreeMap<>();
    members.put("service", SERVICE);
    members.put("config", config);
    members.put("version", 1L);
    members.put("config_epoch", EPOCH);
    members.put("checksum", Verifier.sha256(canonical));
    members.put("issued_at", Times.format(Instant.now()));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(keys.getPrivate());
    signature.update(
        String.join(
                "|",
                "1",
                SERVICE,
                canonical,
                (String) members.get("checksum"),
                EPOCH,
                (String) members.get("issued_at"))
            .getBytes(StandardCharsets.UTF_8));
    members.put("signature", Base64.getEncoder().encodeToString(signature.sign()));
    return CanonicalJson.write(members).getBytes(StandardCharsets.UTF_8);
  }
}
