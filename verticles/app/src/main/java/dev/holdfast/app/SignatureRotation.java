package dev.holdfast.app;

import dev.holdfast.crypto.CryptoVerticle;
import dev.holdfast.model.Times;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rotation of the signature key: a new pair, the old public keys kept beside the new one so
 * that verifiers accept both, and the old key's word for the new one.
 */
final class SignatureRotation {
  private static final List<Variable> VARIABLES =
      List.of(
          Variable.CONFIG_SIGNATURE_PRIVATE_KEY,
          Variable.CONFIG_SIGNATURE_PUBLIC_KEY,
          Variable.CONFIG_SIGNATURE_ENDORSEMENT);
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN [^-]+-----[^-]+-----END [^-]+-----");

  private SignatureRotation() {}

  /**
   * A new pair in the place of the present one.
   *
   * @throws StartFailure when there is none, it is malformed, or cannot be edited
   */
  static KeyEdit begin(Layers.Settings settings) {
    Values values = new Values(settings.values());
    String privateKey = values.text(Variable.CONFIG_SIGNATURE_PRIVATE_KEY);
    String publicKeys = values.text(Variable.CONFIG_SIGNATURE_PUBLIC_KEY);
    KeyEdit.requireInFile(settings, VARIABLES);
    CryptoVerticle.RotatedSignature fresh;
    try {
      fresh = CryptoVerticle.newSignatureKey(privateKey, publicKeys);
    } catch (IllegalArgumentException e) {
      throw StartFailure.configuration(String.valueOf(e.getMessage()));
    }
    return new KeyEdit(
        Map.of(
            Variable.CONFIG_SIGNATURE_PRIVATE_KEY.name(), fresh.privatePem(),
            Variable.CONFIG_SIGNATURE_PUBLIC_KEY.name(), fresh.publicPems(),
            Variable.CONFIG_SIGNATURE_ENDORSEMENT.name(), fresh.endorsement()),
        Set.of(),
        List.of(
            "There is a new signature key, endorsed by the old one, whose private half is gone",
            "from " + settings.envFile() + ". Next:",
            "  1. Give verifiers that hold a fixed key the new CONFIG_SIGNATURE_PUBLIC_KEY.",
            "  2. Restart the manager: it signs every service's newest state anew.",
            "  3. When every verifier knows the new key: holdfast rotate signature --drop-old,",
            "     and restart once more."));
  }

  /**
   * The public keys that no longer sign, and the endorsement, taken away.
   *
   * @throws StartFailure when there is none, or they cannot be edited
   */
  static KeyEdit dropOld(Layers.Settings settings) {
    String all = new Values(settings.values()).text(Variable.CONFIG_SIGNATURE_PUBLIC_KEY);
    List<String> blocks = BLOCK.matcher(all).results().map(MatchResult::group).toList();
    if (blocks.size() < 2
        && !settings.values().containsKey(Variable.CONFIG_SIGNATURE_ENDORSEMENT.name())) {
      throw StartFailure.other("There is no old signature key in CONFIG_SIGNATURE_PUBLIC_KEY");
    }
    KeyEdit.requireInFile(settings, VARIABLES);
    String own =
        blocks.stream()
            .filter(block -> signs(settings, block))
            .findFirst()
            .orElseThrow(
                () ->
                    StartFailure.configuration(
                        "CONFIG_SIGNATURE_PUBLIC_KEY does not belong to"
                            + " CONFIG_SIGNATURE_PRIVATE_KEY"));
    return new KeyEdit(
        Map.of(Variable.CONFIG_SIGNATURE_PUBLIC_KEY.name(), own + "\n"),
        Set.of(Variable.CONFIG_SIGNATURE_ENDORSEMENT.name()),
        List.of(
            "Only the key that signs is left in " + settings.envFile() + ". Restart the manager."));
  }

  /** Whether this public key alone would do with the private one. */
  private static boolean signs(Layers.Settings settings, String publicKey) {
    Map<String, String> values = new HashMap<>(settings.values());
    values.put(Variable.CONFIG_SIGNATURE_PUBLIC_KEY.name(), publicKey);
    values.remove(Variable.CONFIG_SIGNATURE_ENDORSEMENT.name());
    try {
      Bootstrap.crypto(values);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Why the old keys should stay, or null. */
  static @Nullable String keep(Layers.Settings settings, Duration grace, Instant now) {
    String endorsement = settings.values().get(Variable.CONFIG_SIGNATURE_ENDORSEMENT.name());
    if (endorsement == null) {
      return "CONFIG_SIGNATURE_ENDORSEMENT is not set, so it is not known since when the new key"
          + " signs";
    }
    String[] parts = endorsement.strip().split("\\|", -1);
    try {
      Instant until = Times.parse(parts.length == 3 ? parts[1] : "").plus(grace);
      return until.isAfter(now)
          ? "verifiers may still need it; the grace time is over at " + Times.format(until)
          : null;
    } catch (DateTimeException e) {
      return "CONFIG_SIGNATURE_ENDORSEMENT is malformed, so it is not known since when the new key"
          + " signs";
    }
  }
}
