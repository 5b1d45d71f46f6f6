package dev.holdfast.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON reader of every door: RFC 8259 within the limits of RFC 7493 (I-JSON). UTF-8 without
 * a byte order mark, at most 1 MiB, at most 64 levels, no duplicate keys, no lone surrogates, no
 * NaN or infinity, nothing after the value.
 *
 * <p>Values come as {@code null}, {@link Boolean}, {@link String}, {@link Long} (any number with an
 * integral value within ±(2⁵³−1), so {@code 1.0} is {@code 1L}), {@link BigInteger} (an integer
 * literal beyond that), {@link Double} (any other number), unmodifiable {@link Map} in the order
 * read, and unmodifiable {@link List}.
 */
public final class StrictJson {
  /** The largest document, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  /** The deepest nesting. */
  public static final int MAX_DEPTH = 64;

  /** The largest integer that every JSON reader keeps exactly: 2⁵³−1. */
  public static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_BYTES)
                  .maxNameLength(MAX_BYTES)
                  .maxNumberLength(1000)
                  .build())
          .build();

  private StrictJson() {}

  /**
   * Reads a document whose value must be an object.
   *
   * @throws BusFailure {@link FailureCode#TOO_LARGE} above {@link #MAX_BYTES}, else {@link
   *     FailureCode#BAD_REQUEST} with the place of the fault
   */
  public static Map<String, @Nullable Object> object(byte[] utf8) {
    if (parse(utf8) instanceof Map<?, ?> map) {
      @SuppressWarnings("unchecked") // parse() builds maps with string keys only
      Map<String, @Nullable Object> object = (Map<String, @Nullable Object>) map;
      return object;
    }
    throw bad("the body is not a JSON object (expected: {…})");
  }

  /** Reads a document of any value. Fails as {@link #object} does. */
  public static @Nullable Object parse(byte[] utf8) {
    if (utf8.length > MAX_BYTES) {
      throw BusFailure.of(
          FailureCode.TOO_LARGE,
          utf8.length + " bytes of JSON (expected: at most " + MAX_BYTES + ")");
    }
    return parseTrusted(utf8);
  }

  /** Reads a document by the same rules but of any size, for files the manager wrote itself. */
  public static @Nullable Object parseTrusted(byte[] utf8) {
    String text = decode(utf8);
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw bad("no JSON: the document is empty");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw bad("not JSON: something follows the value" + at(parser));
      }
      return value;
    } catch (JsonProcessingException e) {
      var where = e.getLocation();
      throw bad(
          "not JSON: "
              + words(e)
              + (where == null
                  ? ""
                  : " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")"));
    } catch (IOException e) {
      throw bad("not JSON: " + e.getMessage());
    }
  }

  /** The parser's words without what they quote: a value that lacks its quotes may be a secret. */
  private static String words(JsonProcessingException fault) {
    return fault
        .getOriginalMessage()
        .replaceFirst("^Unrecognized token '[^']*'", "Unrecognized token")
        .replaceAll("\\s*\\(start marker.*", "");
  }

  private static String decode(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(utf8))
          .toString();
    } catch (CharacterCodingException e) {
      throw bad("not UTF-8");
    }
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> map(parser);
      case START_ARRAY -> list(parser);
      case VALUE_STRING -> text(parser, parser.getText());
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> floating(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw bad("not JSON: unexpected " + token + at(parser));
    };
  }

  private static Map<String, @Nullable Object> map(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = text(parser, parser.currentName());
      parser.nextToken();
      map.put(name, value(parser));
    }
    return Collections.unmodifiableMap(map);
  }

  private static List<@Nullable Object> list(JsonParser parser) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser));
    }
    return Collections.unmodifiableList(list);
  }

  private static Object integer(JsonParser parser) throws IOException {
    if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long value = parser.getLongValue();
      if (Math.abs(value) <= MAX_SAFE_INTEGER && value != Long.MIN_VALUE) {
        return value;
      }
    }
    BigInteger big = parser.getBigIntegerValue();
    if (Double.isInfinite(big.doubleValue())) {
      throw bad("number out of range (expected: a finite 64-bit float)" + at(parser));
    }
    return big;
  }

  private static Object floating(JsonParser parser) throws IOException {
    double value = parser.getDoubleValue();
    if (Double.isInfinite(value) || Double.isNaN(value)) {
      throw bad("number out of range (expected: a finite 64-bit float)" + at(parser));
    }
    if (value == Math.rint(value) && Math.abs(value) <= MAX_SAFE_INTEGER) {
      return (long) value;
    }
    return value;
  }

  private static String text(JsonParser parser, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isHighSurrogate(c)
            && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1))) {
          i++;
        } else {
          throw bad("not Unicode: a lone surrogate in a string" + at(parser));
        }
      }
    }
    return text;
  }

  private static String at(JsonParser parser) {
    var where = parser.currentLocation();
    return " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")";
  }

  private static BusFailure bad(String detail) {
    return BusFailure.of(FailureCode.BAD_REQUEST, detail);
  }
}
