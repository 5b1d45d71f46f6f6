package dev.holdfast.http;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one token allows.
 *
 * @param name who holds it: the token's name, or the first 8 hex digits of its digest
 * @param roles the roles it was given, at least one
 * @param scope the services it reaches, in order; null means all
 */
record Grant(String name, Set<Role> roles, @Nullable Set<String> scope) {
  Grant {
    requireNonNull(name, "name");
    roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    scope = scope == null ? null : Collections.unmodifiableSet(new TreeSet<>(scope));
  }

  /** Whether a role in it is enough, whatever the service. */
  boolean allows(Need need) {
    return switch (need) {
      case NOTHING, TOKEN -> true;
      case READ ->
          roles.contains(Role.READ) || roles.contains(Role.WRITE) || roles.contains(Role.SECRETS);
      case WRITE -> roles.contains(Role.WRITE);
      case SCHEMA -> roles.contains(Role.WRITE) || roles.contains(Role.SCHEMA);
    };
  }

  /** The same without secrets in clear. */
  Grant masked() {
    if (!roles.contains(Role.SECRETS)) {
      return this;
    }
    EnumSet<Role> fewer = EnumSet.copyOf(roles);
    fewer.remove(Role.SECRETS);
    fewer.add(Role.READ);
    return new Grant(name, fewer, scope);
  }

  /** Whether that service is in its scope. */
  boolean reaches(String service) {
    return scope == null || scope.contains(service);
  }

  /** Every role it has, with those that are implied, in the order of {@link Role}. */
  Set<Role> permissions() {
    EnumSet<Role> all = EnumSet.copyOf(roles);
    if (roles.contains(Role.WRITE) || roles.contains(Role.SECRETS)) {
      all.add(Role.READ);
    }
    return all;
  }

  /** The words of {@link #permissions}. */
  List<String> permissionWords() {
    return permissions().stream().map(Role::word).toList();
  }

  /** The words of {@link #roles}, joined by {@code +}. */
  String roleWords() {
    return roles.stream().map(Role::word).collect(Collectors.joining("+"));
  }
}
