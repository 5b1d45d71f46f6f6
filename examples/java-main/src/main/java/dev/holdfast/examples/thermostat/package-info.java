/** A plain Java program that has its settings from Holdfast. */
@NullMarked
package dev.holdfast.examples.thermostat;

import org.jspecify.annotations.NullMarked;
