package dev.holdfast.client;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.model.Times;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** Signs updates as the manager does, with a key of its own. */
final class Signer {
  static final String EPOCH = "4b0c7c0e-6f4e-4d0e-9a44-4a6b6ad5b2f1";
  static final String OTHER_EPOCH = "11111111-2222-4333-8444-555555555555";

  private final KeyPair keys;

  Signer() {
    try {
      keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String pem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  String id() {
    return Verifier.sha256(keys.getPublic().getEncoded()).substring(0, 16);
  }

  /** As the manager lists it. */
  JsonObject endorsedBy(Signer older, String since) {
    String statement = String.join("|", "holdfast-endorsement", older.id(), id(), since);
    return new JsonObject()
        .put("id", id())
        .put("public_key", pem())
        .put(
            "endorsement",
            new JsonObject()
                .put("by", older.id())
                .put("since", since)
                .put("signature", older.sign(statement)));
  }

  Verifier verifier() {
    return new Verifier(PublicKeys.ofPem(pem()));
  }

  byte[] update(String service, long version, Map<String, ?> config) {
    return update(service, version, EPOCH, Instant.now(), config);
  }

  byte[] update(
      String service, long version, String epoch, Instant issuedAt, Map<String, ?> config) {
    return bytes(members(service, version, epoch, issuedAt, config));
  }

  Map<String, Object> members(
      String service, long version, String epoch, Instant issuedAt, Map<String, ?> config) {
    String text = CanonicalJson.write(config);
    Map<String, Object> members = new TreeMap<>();
    members.put("service", service);
    members.put("config", config);
    members.put("version", version);
    members.put("config_epoch", epoch);
    members.put("checksum", Verifier.sha256(text));
    members.put("issued_at", Times.format(issuedAt));
    return sign(members, text);
  }

  Map<String, Object> sign(Map<String, Object> members, String config) {
    members.put(
        "signature",
        sign(
            members.get("version")
                + "|"
                + members.get("service")
                + "|"
                + config
                + "|"
                + members.get("checksum")
                + "|"
                + members.get("config_epoch")
                + "|"
                + members.get("issued_at")));
    return members;
  }

  static byte[] bytes(Map<String, Object> members) {
    return CanonicalJson.write(members).getBytes(StandardCharsets.UTF_8);
  }

  String sign(String text) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(keys.getPrivate());
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
