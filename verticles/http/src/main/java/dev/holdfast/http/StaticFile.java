package dev.holdfast.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file that browsers are given, as it goes out.
 *
 * @param mediaType its type, by the end of its name
 * @param plain its bytes
 * @param packed the same in gzip (RFC 1952); what is kept here holds no secret, so its packed size
 *     tells nothing
 * @param tag its entity tag, quotes and all
 * @param policy the content security policy that it comes with
 */
record StaticFile(String mediaType, Buffer plain, Buffer packed, String tag, String policy) {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private static final Pattern IMPORT_MAP =
      Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

  /** Whether a file of that name may be given to a browser. */
  static boolean servable(String name) {
    return TYPES.containsKey(extension(name));
  }

  /** Of a name that is {@link #servable} and the bytes under it. Takes a moment: it packs them. */
  static StaticFile of(String name, byte[] bytes, String policy) {
    String digest = HexFormat.of().formatHex(Tokens.sha256().digest(bytes), 0, 16);
    return new StaticFile(
        TYPES.getOrDefault(extension(name), "application/octet-stream"),
        Buffer.buffer(bytes),
        gzip(bytes),
        '"' + digest + '"',
        policy);
  }

  /**
   * The source expression (CSP Level 3, 2.3.1) that lets this page's import map in, and no other
   * inline script; null where it has none. A browser takes an import map only from the page itself.
   */
  static @Nullable String importMapHash(byte[] html) {
    Matcher found = IMPORT_MAP.matcher(new String(html, StandardCharsets.UTF_8));
    if (!found.find()) {
      return null;
    }
    MessageDigest sha256 = Tokens.sha256();
    byte[] digest = sha256.digest(found.group(1).getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static Buffer gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(out.toByteArray());
  }
}
