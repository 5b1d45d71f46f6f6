package dev.holdfast.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record as the settings of a service. Each component is a setting; its key is the
 * component's name in snake case, so {@code anotherSetting} is {@code another_setting}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ServiceConfig {
  /** The service's name: {@code ^[a-z][a-z0-9-]{0,62}$}. */
  String value();
}
