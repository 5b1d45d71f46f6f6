/** The words of the product: names, settings, schemas, snapshots, times. Deeply immutable. */
@NullMarked
package dev.holdfast.model;

import org.jspecify.annotations.NullMarked;
