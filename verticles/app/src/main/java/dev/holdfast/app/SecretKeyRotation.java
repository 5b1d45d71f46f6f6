package dev.holdfast.app;

import dev.holdfast.crypto.CryptoVerticle;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rotation of a key with an id: its bytes and id move to the variables of the old key. */
enum SecretKeyRotation {
  MASTER(
      "master",
      Variable.CONFIG_MASTER_KEY_BASE64,
      Variable.CONFIG_MASTER_KEY_ID,
      Variable.CONFIG_MASTER_KEY_OLD_BASE64,
      Variable.CONFIG_MASTER_KEY_OLD_ID) {
    @Override
    String work() {
      return "Restart the manager: it seals every secret anew, and reads with either key.";
    }
  },
  HMAC(
      "hmac",
      Variable.LKG_HMAC_KEY_BASE64,
      Variable.LKG_HMAC_KEY_ID,
      Variable.LKG_HMAC_KEY_OLD_BASE64,
      Variable.LKG_HMAC_KEY_OLD_ID) {
    @Override
    String work() {
      return "Restart the manager: it writes the cache and the epoch file anew.";
    }
  };

  private final String word;
  private final Variable key;
  private final Variable id;
  private final Variable oldKey;
  private final Variable oldId;

  SecretKeyRotation(String word, Variable key, Variable id, Variable oldKey, Variable oldId) {
    this.word = word;
    this.key = key;
    this.id = id;
    this.oldKey = oldKey;
    this.oldId = oldId;
  }

  abstract String work();

  /** The id of the key in use, or null where there is none. */
  @Nullable String idInUse(Layers.Settings settings) {
    return KeySurvey.id(settings.values().get(id.name()));
  }

  /** The id of the key being rotated out, or null where there is none. */
  @Nullable String oldIdInPlace(Layers.Settings settings) {
    return KeySurvey.id(settings.values().get(oldId.name()));
  }

  /**
   * A new key in the place of the present one.
   *
   * @throws StartFailure when an old key is still there, or the key cannot be edited
   */
  KeyEdit begin(Layers.Settings settings) {
    Map<String, String> values = settings.values();
    if (values.containsKey(oldKey.name()) || values.containsKey(oldId.name())) {
      throw StartFailure.other(
          "An old "
              + word
              + " key is still in place ("
              + oldId.name()
              + "="
              + values.getOrDefault(oldId.name(), "")
              + "): first "
              + (this == MASTER ? "holdfast secrets status, then " : "")
              + "holdfast rotate "
              + word
              + " --drop-old and a restart");
    }
    String present = values.get(key.name());
    String presentId = values.get(id.name());
    if (present == null || presentId == null) {
      throw StartFailure.configuration(
          (present == null ? key : id).name() + " is not set: there is nothing to rotate");
    }
    KeyEdit.requireInFile(settings, List.of(key, id));
    CryptoVerticle.RotatedSecret fresh = CryptoVerticle.newSecretKey();
    return new KeyEdit(
        Map.of(
            key.name(),
            fresh.base64(),
            id.name(),
            fresh.id(),
            oldKey.name(),
            present,
            oldId.name(),
            presentId),
        Set.of(),
        List.of(
            "The new " + word + " key is " + fresh.id() + "; the old one, " + presentId + ", stays",
            "in " + settings.envFile() + " as " + oldKey.name() + ". Next:",
            "  1. Keep a copy of the file in a safe place: backups need the old key.",
            "  2. " + work(),
            this == MASTER
                ? "  3. Wait until holdfast secrets status says that the old key may be removed."
                : "  3. When it is ready, stop it: so the epoch file is newer than the cache.",
            "  4. holdfast rotate " + word + " --drop-old, and start it once more."));
  }

  /**
   * The old key taken away.
   *
   * @throws StartFailure when there is none, or it cannot be edited
   */
  KeyEdit dropOld(Layers.Settings settings) {
    Map<String, String> values = settings.values();
    if (!values.containsKey(oldKey.name()) && !values.containsKey(oldId.name())) {
      throw StartFailure.other("There is no old " + word + " key (" + oldKey.name() + ")");
    }
    KeyEdit.requireInFile(settings, List.of(oldKey, oldId));
    return new KeyEdit(
        Map.of(),
        Set.of(oldKey.name(), oldId.name()),
        List.of(
            "The old "
                + word
                + " key, "
                + values.getOrDefault(oldId.name(), "without an id")
                + ", is gone from "
                + settings.envFile()
                + ". Restart the manager."));
  }
}
