package dev.holdfast.it;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.erdtman.jcs.JsonCanonicalizer;

/**
 * A subscriber as somebody else would write it, from the documented format alone: the JDK's own
 * Ed25519, another canonicalizer, nothing of the manager's code.
 */
final class Receiver {
  private final PublicKey key;
  private final Map<String, Long> versions = new HashMap<>();
  private String epoch;

  Receiver(String pem) throws GeneralSecurityException {
    byte[] der =
        Base64.getMimeDecoder()
            .decode(pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", ""));
    key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
  }

  /** Takes an update, or says why not. Null means it was applied. */
  String receive(String topic, byte[] bytes, Instant now) {
    if (bytes.length == 0) {
      return "empty";
    }
    JsonObject message;
    String canonical;
    try {
      message = new JsonObject(new String(bytes, StandardCharsets.UTF_8));
      if (!message
          .fieldNames()
          .equals(
              java.util.Set.of(
                  "service",
                  "config",
                  "version",
                  "config_epoch",
                  "checksum",
                  "issued_at",
                  "signature"))) {
        return "members";
      }
      if (!(message.getValue("config") instanceof JsonObject)
          || !(message.getValue("version") instanceof Number)) {
        return "grammar";
      }
      canonical =
          new JsonCanonicalizer(message.getJsonObject("config").encode()).getEncodedString();
    } catch (IOException | RuntimeException e) {
      return "json";
    }
    String service = String.valueOf(message.getValue("service"));
    String version = String.valueOf(message.getValue("version"));
    String messageEpoch = String.valueOf(message.getValue("config_epoch"));
    String checksum = String.valueOf(message.getValue("checksum"));
    String issuedAt = String.valueOf(message.getValue("issued_at"));
    if (!service.matches("[a-z][a-z0-9-]{0,62}")
        || !version.matches("[1-9][0-9]{0,15}")
        || !messageEpoch.matches(
            "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
        || !checksum.matches("[0-9a-f]{64}")
        || !issuedAt.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?\\+00:00")) {
      return "grammar";
    }
    if (!topic.equals("system/config/" + service)) {
      return "topic";
    }
    if (!sha256(canonical).equals(checksum)) {
      return "checksum";
    }
    String signed = String.join("|", version, service, canonical, checksum, messageEpoch, issuedAt);
    if (!verify(signed, message.getString("signature"))) {
      return "signature";
    }
    if (Duration.between(OffsetDateTime.parse(issuedAt).toInstant(), now).abs().toMinutes() >= 5) {
      return "stale";
    }
    if (epoch != null && !epoch.equals(messageEpoch)) {
      return "epoch";
    }
    if (Long.parseLong(version) <= versions.getOrDefault(service, 0L)) {
      return "version";
    }
    epoch = messageEpoch;
    versions.put(service, Long.parseLong(version));
    return null;
  }

  boolean verify(String text, String signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(text.getBytes(StandardCharsets.UTF_8));
      byte[] bytes = Base64.getDecoder().decode(signature);
      // Only the one legal spelling: base64 has unused bits at its end.
      return Base64.getEncoder().encodeToString(bytes).equals(signature) && verifier.verify(bytes);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is signed, from the members of a message. */
  static String signedText(JsonObject message) throws IOException {
    return String.join(
        "|",
        String.valueOf(message.getValue("version")),
        message.getString("service"),
        new JsonCanonicalizer(message.getJsonObject("config").encode()).getEncodedString(),
        message.getString("checksum"),
        message.getString("config_epoch"),
        message.getString("issued_at"));
  }
}
