/** One way to replace a file so that a power cut leaves the old one or the new one. */
@NullMarked
package dev.holdfast.files;

import org.jspecify.annotations.NullMarked;
