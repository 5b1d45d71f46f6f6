/** A clustered Vert.x program that has its settings from Holdfast through vertx-config. */
@NullMarked
package dev.holdfast.examples.greeter;

import org.jspecify.annotations.NullMarked;
