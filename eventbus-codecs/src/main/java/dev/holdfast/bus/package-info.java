/**
 * How rooms talk: typed routes and topics over the Vert.x event bus. Only {@link
 * dev.holdfast.bus.Bus} touches the bus itself.
 */
@NullMarked
package dev.holdfast.bus;

import org.jspecify.annotations.NullMarked;
