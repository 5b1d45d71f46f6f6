/**
 * The only place with SQL: migrations, statements, group commit. Never sees a plaintext secret or a
 * key.
 */
@NullMarked
package dev.holdfast.storage;

import org.jspecify.annotations.NullMarked;
