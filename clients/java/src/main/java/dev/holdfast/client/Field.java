package dev.holdfast.client;

import dev.holdfast.model.Names;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One component of a settings record.
 *
 * @param key the key of the setting
 * @param name the component's name
 * @param type its type; of an {@code Optional} what is in it
 * @param kind what its type stands for
 * @param optional whether it is an {@code Optional}
 * @param nullable whether null is a legal value
 * @param setting what a person should know, or null
 * @param byDefault its default as JSON; null for none, and for null
 * @param hasDefault whether it need not be there
 */
record Field(
    String key,
    String name,
    Class<?> type,
    Kind kind,
    boolean optional,
    boolean nullable,
    @Nullable Setting setting,
    @Nullable Object byDefault,
    boolean hasDefault) {

  /**
   * Reads a component.
   *
   * @throws IllegalArgumentException where it cannot be a setting
   */
  static Field of(RecordComponent component) {
    String where = component.getDeclaringRecord().getSimpleName() + "." + component.getName();
    boolean optional = component.getType() == Optional.class;
    Class<?> type =
        optional
                && component.getGenericType() instanceof ParameterizedType parameterized
                && parameterized.getActualTypeArguments()[0] instanceof Class<?> inner
            ? inner
            : component.getType();
    Kind kind = Kind.of(type);
    if (kind == null) {
      throw new IllegalArgumentException(
          where
              + ": "
              + type.getSimpleName()
              + " (expected: String, int, long, float, double, boolean, an enum, Path, SecretValue"
              + " or an Optional of one)");
    }
    Setting setting = component.getAnnotation(Setting.class);
    String key =
        setting == null || setting.key().isEmpty() ? snake(component.getName()) : setting.key();
    if (!Names.isKey(key)) {
      throw new IllegalArgumentException(
          where + ": key " + Names.printable(key) + " (expected: " + Names.KEY_FORM + ")");
    }
    boolean nullable = optional || kind == Kind.SECRET || markedNullable(component);
    DefaultValue given = component.getAnnotation(DefaultValue.class);
    Object byDefault = given == null ? null : kind.json(given.value());
    if (given != null
        && (kind == Kind.SECRET || byDefault == null || kind.of(type, byDefault) == null)) {
      throw new IllegalArgumentException(
          where
              + ": default "
              + Names.printable(given.value())
              + " (expected: "
              + (kind == Kind.SECRET ? "none, it is a secret" : kind.expected(type))
              + ")");
    }
    if (given == null && type == boolean.class) {
      byDefault = false;
    }
    return new Field(
        key,
        component.getName(),
        type,
        kind,
        optional,
        nullable,
        setting,
        byDefault,
        byDefault != null || nullable);
  }

  /** The value for the constructor. Adds to {@code faults} where there is none that fits. */
  @Nullable Object value(@Nullable Object json, java.util.List<String> faults) {
    Object value = json == null ? null : kind.of(type, json);
    if (json != null && value == null) {
      String shown = kind == Kind.SECRET ? "a secret" : Names.printable(String.valueOf(json));
      faults.add(key + ": " + shown + " (expected: " + kind.expected(type) + ")");
    } else if (json == null && !nullable) {
      faults.add(key + ": not set (expected: " + kind.expected(type) + ")");
    }
    return optional ? Optional.ofNullable(value) : value;
  }

  private static String snake(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** Whichever library the mark comes from: JSpecify, JSR 305, Jakarta. */
  private static boolean markedNullable(RecordComponent component) {
    return Arrays.stream(component.getAnnotatedType().getAnnotations())
            .anyMatch(mark -> mark.annotationType().getSimpleName().equals("Nullable"))
        || Arrays.stream(component.getAnnotations())
            .anyMatch(mark -> mark.annotationType().getSimpleName().equals("Nullable"));
  }
}
