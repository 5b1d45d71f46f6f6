package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.erdtman.jcs.JsonCanonicalizer;

/** A manager's files beside the database, as another program reads and verifies them. */
final class DiskFiles {
  /** Where nothing is known of them. */
  static final Seen NOTHING = new Seen(List.of(), new JsonObject(), new JsonObject());

  private final ManagerProcess manager;
  private final byte[] key;
  private final String dotenv;

  /** Remembers the {@code .env} file as it is now. */
  DiskFiles(ManagerProcess manager) throws IOException {
    this.manager = manager;
    this.key = Base64.getDecoder().decode(manager.dotenv("LKG_HMAC_KEY_BASE64"));
    this.dotenv = Files.readString(manager.folder.resolve(".env"));
  }

  /**
   * What was seen at one moment.
   *
   * @param broken what does not verify, in words
   * @param lkg the signed part of the last-known-good file
   * @param epochFile the epoch file
   */
  record Seen(List<String> broken, JsonObject lkg, JsonObject epochFile) {
    long lkgRevision() {
      return lkg.getLong("revision", -1L);
    }

    long epochRevision() {
      return epochFile.getLong("revision", -1L);
    }

    List<String> epochs() {
      return List.of(
          lkg.getString("config_epoch", "none"), epochFile.getString("config_epoch", "none"));
    }

    JsonObject lkgService(String service) {
      return lkg.getJsonObject("payload", new JsonObject()).getJsonObject(service);
    }

    Long lkgVersion(String service) {
      return lkg.getJsonObject("versions", new JsonObject()).getLong(service);
    }

    /** What of an earlier look, whose files were on disk by then, is not there any more. */
    List<String> lostSince(Seen earlier) {
      List<String> lost = new ArrayList<>();
      if (lkgRevision() < earlier.lkgRevision()) {
        lost.add(
            "config.lkg.json went back from revision %d to %d"
                .formatted(earlier.lkgRevision(), lkgRevision()));
      }
      if (epochRevision() < earlier.epochRevision()
          || updated(epochFile).compareTo(updated(earlier.epochFile)) < 0) {
        lost.add(
            "health+epoch.json went back from revision %d of %s to %d of %s"
                .formatted(
                    earlier.epochRevision(),
                    updated(earlier.epochFile),
                    epochRevision(),
                    updated(epochFile)));
      }
      return lost;
    }

    private static Instant updated(JsonObject file) {
      return OffsetDateTime.parse(file.getString("updated_at", "1970-01-01T00:00:00Z")).toInstant();
    }
  }

  /** Reads all three; never fails. */
  Seen look() {
    List<String> broken = new ArrayList<>();
    JsonObject lkg = new JsonObject();
    JsonObject epochFile = new JsonObject();
    try {
      JsonObject file = read("config.lkg.json");
      lkg = file.getJsonObject("payload");
      if (!hmac(lkg).equals(file.getString("signature"))) {
        broken.add("config.lkg.json: its signature does not match");
      }
    } catch (NoSuchFileException e) {
      broken.add("config.lkg.json is missing");
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      broken.add("config.lkg.json: " + e);
    }
    try {
      epochFile = read("health+epoch.json");
      String claimed = (String) epochFile.remove("hmac");
      if (!hmac(epochFile).equals(claimed)) {
        broken.add("health+epoch.json: its hmac does not match");
      }
    } catch (NoSuchFileException e) {
      broken.add("health+epoch.json is missing");
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      broken.add("health+epoch.json: " + e);
    }
    Path file = manager.folder.resolve(".env");
    if (!ManagerProcess.text(file).equals(dotenv)) {
      broken.add(".env is not what it was: " + ManagerProcess.text(file).length() + " characters");
    }
    return new Seen(List.copyOf(broken), lkg, epochFile);
  }

  private JsonObject read(String name) throws IOException {
    return new JsonObject(Files.readString(manager.data(name)));
  }

  private String hmac(JsonObject json) throws IOException, GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    String canonical = new JsonCanonicalizer(json.encode()).getEncodedString();
    return HexFormat.of().formatHex(mac.doFinal(canonical.getBytes(UTF_8)));
  }
}
