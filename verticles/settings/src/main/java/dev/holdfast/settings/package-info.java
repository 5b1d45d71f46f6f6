/** The use cases: schemas, defaults, versions, storing and announcing. No SQL, no keys. */
@NullMarked
package dev.holdfast.settings;

import org.jspecify.annotations.NullMarked;
