package dev.holdfast.client;

import dev.holdfast.model.Complexity;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a person should know about a setting. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Setting {
  /** One line: what the setting is. */
  String value();

  /** Whom it is for. */
  Complexity complexity() default Complexity.ADVANCED;

  /** More, where one line is not enough. */
  String help() default "";

  /** The key, where it is not the component's name in snake case. */
  String key() default "";

  /** A running service takes a new value only at its next start. */
  boolean restart() default false;
}
