/** What the backup room tells of the replica. */
@NullMarked
package dev.holdfast.messages.backup;

import org.jspecify.annotations.NullMarked;
