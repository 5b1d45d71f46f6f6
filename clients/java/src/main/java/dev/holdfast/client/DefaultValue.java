package dev.holdfast.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a setting that nobody set, as text: a number as JSON writes it, {@code true} or
 * {@code false}, the constant of an enum as it goes over the wire, anything else as it stands.
 * Without it a {@code boolean} is false, an {@code Optional} empty, and any other setting has to be
 * set by somebody.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface DefaultValue {
  /** The text. */
  String value();
}
