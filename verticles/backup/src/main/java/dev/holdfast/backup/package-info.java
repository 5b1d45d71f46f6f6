/** Watches the replica of the database, rehearses restores from it, and runs Litestream. */
@NullMarked
package dev.holdfast.backup;

import org.jspecify.annotations.NullMarked;
