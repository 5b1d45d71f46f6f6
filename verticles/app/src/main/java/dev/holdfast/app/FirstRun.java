package dev.holdfast.app;

import dev.holdfast.crypto.CryptoVerticle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Generates what is missing. Keys only where there is no data yet: over existing data a new key
 * would make it unreadable, so there the start is refused. Tokens always.
 */
final class FirstRun {
  private static final List<Variable> KEYS =
      List.of(
          Variable.CONFIG_MASTER_KEY_BASE64,
          Variable.CONFIG_MASTER_KEY_ID,
          Variable.LKG_HMAC_KEY_BASE64,
          Variable.LKG_HMAC_KEY_ID,
          Variable.CONFIG_SIGNATURE_PRIVATE_KEY,
          Variable.CONFIG_SIGNATURE_PUBLIC_KEY);

  private FirstRun() {}

  /**
   * The values for the variables that are not set; empty when nothing is missing.
   *
   * @param values what is set
   * @param dataFiles files that mean there is data
   * @throws StartFailure when a key is missing although there is data, or only half of the
   *     signature pair is set
   */
  static Map<String, String> generate(Map<String, String> values, List<Path> dataFiles) {
    List<String> missing =
        KEYS.stream().map(Variable::name).filter(name -> !values.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      refuseOverData(missing, dataFiles);
      refuseHalfPair(missing);
    }
    Map<String, String> generated = new LinkedHashMap<>();
    if (!missing.isEmpty()) {
      CryptoVerticle.GeneratedKeys keys = CryptoVerticle.generate();
      Map<String, String> fresh =
          Map.of(
              Variable.CONFIG_MASTER_KEY_BASE64.name(), keys.masterKeyBase64(),
              Variable.CONFIG_MASTER_KEY_ID.name(), keys.masterKeyId(),
              Variable.LKG_HMAC_KEY_BASE64.name(), keys.hmacKeyBase64(),
              Variable.LKG_HMAC_KEY_ID.name(), keys.hmacKeyId(),
              Variable.CONFIG_SIGNATURE_PRIVATE_KEY.name(), keys.signaturePrivateKeyPem(),
              Variable.CONFIG_SIGNATURE_PUBLIC_KEY.name(), keys.signaturePublicKeyPem());
      for (String name : missing) {
        generated.put(name, fresh.getOrDefault(name, ""));
      }
    }
    if (!values.containsKey(Variable.REBUILD_TOKEN.name())) {
      generated.put(Variable.REBUILD_TOKEN.name(), token());
    }
    if (!values.containsKey(Variable.CONFIG_API_TOKENS.name())) {
      generated.put(
          Variable.CONFIG_API_TOKENS.name(), token() + ":config.read," + token() + ":config.write");
    }
    return generated;
  }

  /**
   * Writes them into the {@code .env} file.
   *
   * @throws StartFailure with the lines to print when the file cannot be written
   */
  static void save(Path envFile, Map<String, String> generated) {
    try {
      DotenvEditor.put(envFile, generated);
    } catch (IOException e) {
      List<String> lines = new ArrayList<>();
      generated.forEach((name, value) -> lines.add(Dotenv.assignment(name, value)));
      throw StartFailure.configuration(
          envFile
              + " cannot be written ("
              + e.getClass().getSimpleName()
              + "): put the lines printed on standard output into it, or mount its folder instead"
              + " of the file, and start again",
          lines);
    }
  }

  private static void refuseOverData(List<String> missing, List<Path> dataFiles) {
    List<Path> present =
        dataFiles.stream().filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS)).toList();
    if (!present.isEmpty()) {
      throw StartFailure.configuration(
          String.join(", ", missing)
              + " not set, but there is data already ("
              + present.get(0)
              + "): set what it was written with; keys are never made anew over existing data");
    }
  }

  private static void refuseHalfPair(List<String> missing) {
    String privateKey = Variable.CONFIG_SIGNATURE_PRIVATE_KEY.name();
    String publicKey = Variable.CONFIG_SIGNATURE_PUBLIC_KEY.name();
    if (missing.contains(privateKey) != missing.contains(publicKey)) {
      throw StartFailure.configuration(
          (missing.contains(privateKey) ? privateKey : publicKey)
              + " is not set although the other half of the pair is (expected: both or neither)");
    }
  }

  private static String token() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
