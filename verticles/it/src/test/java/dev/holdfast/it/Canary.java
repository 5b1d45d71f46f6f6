package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.Json;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A secret that can be recognized wherever it comes to light, as it stands or encoded.
 *
 * @param name what it was used for
 * @param value the secret
 */
record Canary(String name, String value) {
  /** A plain one. */
  static Canary of(String name) {
    return new Canary(name, "canary-" + name + "-" + Tokens.random());
  }

  /** One that JSON must escape and that is not ASCII. */
  static Canary special(String name) {
    return new Canary(name, "k\"\\/\t<&>'%+ß漢\ud83d\udd11|" + name + "|" + Tokens.random());
  }

  /** The first form of it that these bytes hold, or null. */
  String foundIn(byte[] bytes) {
    return foundIn(new String(bytes, ISO_8859_1));
  }

  /** The same of bytes that were read as ISO 8859-1. */
  String foundIn(String bytes) {
    return forms().entrySet().stream()
        .filter(form -> bytes.contains(new String(form.getValue(), ISO_8859_1)))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private Map<String, byte[]> forms() {
    Map<String, byte[]> forms = new LinkedHashMap<>();
    byte[] utf8 = value.getBytes(UTF_8);
    String json = Json.encode(value);
    forms.put("UTF-8", utf8);
    forms.put("UTF-16", value.getBytes(UTF_16LE));
    forms.put("JSON", unquoted(json).getBytes(UTF_8));
    forms.put("JSON in JSON", unquoted(Json.encode(unquoted(json))).getBytes(UTF_8));
    forms.put("JSON in ASCII", ascii(unquoted(json)).getBytes(UTF_8));
    forms.put("hex", HexFormat.of().formatHex(utf8).getBytes(UTF_8));
    forms.put("HEX", HexFormat.of().withUpperCase().formatHex(utf8).getBytes(UTF_8));
    forms.put("URL", URLEncoder.encode(value, UTF_8).getBytes(UTF_8));
    for (int shift = 0; shift < 3; shift++) {
      forms.put("base64 +" + shift, inner(Base64.getEncoder(), utf8, shift));
      forms.put("base64url +" + shift, inner(Base64.getUrlEncoder(), utf8, shift));
    }
    return forms;
  }

  /** What its base64 looks like in the middle of a longer text, this many bytes past a group. */
  private static byte[] inner(Base64.Encoder encoder, byte[] utf8, int shift) {
    byte[] padded = new byte[shift + utf8.length];
    System.arraycopy(utf8, 0, padded, shift, utf8.length);
    byte[] encoded = encoder.encode(padded);
    int groups = padded.length / 3;
    return Arrays.copyOfRange(encoded, shift == 0 ? 0 : 4, groups * 4);
  }

  private static String unquoted(String json) {
    return json.substring(1, json.length() - 1);
  }

  private static String ascii(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c < 128 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return out.toString();
  }

  /** Never the secret: this may stand in a report. */
  @Override
  public String toString() {
    return "canary " + name;
  }
}
