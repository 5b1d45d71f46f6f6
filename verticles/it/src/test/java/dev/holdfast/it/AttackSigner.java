package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.model.Times;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Signs updates with a key of its own: honest ones, and ones that no manager would make. */
final class AttackSigner {
  static final String EPOCH = "4b0c7c0e-6f4e-4d0e-9a44-4a6b6ad5b2f1";
  static final String OTHER_EPOCH = "11111111-2222-4333-8444-555555555555";

  private final KeyPair keys;

  AttackSigner() throws GeneralSecurityException {
    keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  String pem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  byte[] update(String service, long version, String epoch, Instant at, Map<String, ?> config)
      throws GeneralSecurityException {
    return CanonicalJson.write(members(service, version, epoch, at, config)).getBytes(UTF_8);
  }

  Map<String, Object> members(
      String service, Object version, String epoch, Instant at, Map<String, ?> config)
      throws GeneralSecurityException {
    String text = CanonicalJson.write(config);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    Map<String, Object> members = new TreeMap<>();
    members.put("service", service);
    members.put("config", config);
    members.put("version", version);
    members.put("config_epoch", epoch);
    members.put("checksum", HexFormat.of().formatHex(digest));
    members.put("issued_at", Times.format(at));
    return sign(members);
  }

  /** Signs whatever stands in the members now. */
  Map<String, Object> sign(Map<String, Object> members) throws GeneralSecurityException {
    String signed =
        String.join(
            "|",
            String.valueOf(members.get("version")),
            String.valueOf(members.get("service")),
            CanonicalJson.write(members.get("config")),
            String.valueOf(members.get("checksum")),
            String.valueOf(members.get("config_epoch")),
            String.valueOf(members.get("issued_at")));
    members.put("signature", sign(signed));
    return members;
  }

  /** What is told when a service is deleted. */
  String tombstone(String service, long version, String epoch, Instant at)
      throws GeneralSecurityException {
    String issuedAt = Times.format(at);
    return CanonicalJson.write(
        Map.of(
            "service",
            service,
            "version",
            version,
            "config_epoch",
            epoch,
            "issued_at",
            issuedAt,
            "signature",
            sign(String.join("|", "deleted", service, String.valueOf(version), epoch, issuedAt))));
  }

  private String sign(String text) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(keys.getPrivate());
    signature.update(text.getBytes(UTF_8));
    return Base64.getEncoder().encodeToString(signature.sign());
  }
}
