/**
 * Settings for a service: read from the manager, kept up to date, verified, and there when nothing
 * else is. {@link dev.holdfast.client.HoldfastClient} is the door; a plain Java program takes
 * {@link dev.holdfast.client.BlockingHoldfast}.
 */
@NullMarked
package dev.holdfast.client;

import org.jspecify.annotations.NullMarked;
