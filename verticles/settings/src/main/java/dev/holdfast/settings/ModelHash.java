package dev.holdfast.settings;

import dev.holdfast.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeMap;

/** One hash over every schema. */
final class ModelHash {
  private ModelHash() {}

  /**
   * SHA-256 in lower-case hex over the canonical JSON object {@code {name: document, …}} of these
   * schemas, also of untyped services, whose document is {@code {}}.
   */
  static String of(Collection<CompiledSchema> schemas) {
    TreeMap<String, String> documents = new TreeMap<>();
    schemas.forEach(compiled -> documents.put(compiled.service(), compiled.schema().document()));
    StringBuilder text = new StringBuilder("{");
    documents.forEach(
        (service, document) -> {
          if (text.length() > 1) {
            text.append(',');
          }
          CanonicalJson.appendString(text, service);
          text.append(':').append(document);
        });
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.append('}').toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
