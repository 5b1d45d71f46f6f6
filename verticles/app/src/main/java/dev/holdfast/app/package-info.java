/** Deployment order, options, start, shutdown, command line. No domain logic. */
@NullMarked
package dev.holdfast.app;

import org.jspecify.annotations.NullMarked;
