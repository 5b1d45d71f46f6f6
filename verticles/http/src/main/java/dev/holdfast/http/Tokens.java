package dev.holdfast.http;

import dev.holdfast.model.Names;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of {@code CONFIG_API_TOKENS}, kept as SHA-256 digests only. Immutable, so that several
 * event loops may share it; a digest to look up is made with {@link #sha256}, one a thread.
 */
final class Tokens {
  /** The form of an entry. */
  static final String FORM = "token:role[+role][:name][@service|service]";

  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e&&[^:,]]{1,512}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]+");
  private static final int STRONG_BITS = 128;
  private static final int FEW_CHARACTERS = 8;

  private static final String PLACEHOLDER = "CHANGEME";
  private static final String ZERO_UUID = "00000000-0000-0000-0000-000000000000";

  private final List<Entry> entries;
  private final Set<Grant> grants = identities();
  private final Set<Grant> weakGrants = identities();

  private static final class Entry {
    private final byte[] digest;
    private final Grant grant;
    private final boolean weak;

    Entry(byte[] digest, Grant grant, boolean weak) {
      this.digest = digest;
      this.grant = grant;
      this.weak = weak;
    }
  }

  private Tokens(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    for (Entry entry : entries) {
      grants.add(entry.grant);
      if (entry.weak) {
        weakGrants.add(entry.grant);
      }
    }
  }

  /**
   * Reads the entries of {@code CONFIG_API_TOKENS}, in order.
   *
   * @throws IllegalArgumentException with the position of the entry, counted from 1, and what is
   *     wrong with it; never with the token
   */
  static Tokens parse(List<String> entries) {
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("CONFIG_API_TOKENS: no entry (expected: " + FORM + ")");
    }
    List<Entry> parsed = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entry(i + 1, entries.get(i).strip());
      for (int j = 0; j < i; j++) {
        if (MessageDigest.isEqual(parsed.get(j).digest, entry.digest)) {
          throw bad(i + 1, "the same token as entry " + (j + 1), "each token once");
        }
      }
      parsed.add(entry);
    }
    return new Tokens(parsed);
  }

  /**
   * What the token of that digest allows, or null when it is not known. Takes the same time
   * whichever entry it is.
   */
  @Nullable Grant find(byte[] digest) {
    Grant found = null;
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.digest, digest)) {
        found = entry.grant;
      }
    }
    return found;
  }

  /**
   * The same tokens, where those that were in {@code before} too, under the same name and with the
   * same roles and scope, keep the very grant they had: by this {@link #holds} knows them.
   */
  Tokens keeping(Tokens before) {
    List<Entry> kept = new ArrayList<>();
    for (Entry entry : entries) {
      Grant held = before.find(entry.digest);
      kept.add(
          held != null && held.equals(entry.grant)
              ? new Entry(entry.digest, held, entry.weak)
              : entry);
    }
    return new Tokens(kept);
  }

  /** Whether it is this very grant that one of the tokens has. */
  boolean holds(Grant grant) {
    return grants.contains(grant);
  }

  /** Whether the token that has this very grant is of under 128 bits. */
  boolean isWeak(Grant grant) {
    return !weakGrants.isEmpty() && weakGrants.contains(grant);
  }

  /** The names of the tokens of under 128 bits. */
  List<String> weak() {
    return entries.stream().filter(entry -> entry.weak).map(entry -> entry.grant.name()).toList();
  }

  /** How many there are. */
  int size() {
    return entries.size();
  }

  /** The bytes of a token that its digest is made of. */
  static byte[] bytes(String token) {
    return token.getBytes(StandardCharsets.UTF_8);
  }

  /** A new SHA-256. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "Tokens[" + entries.size() + "]";
  }

  private static Entry entry(int position, String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw bad(position, "no role", FORM);
    }
    String token = text.substring(0, colon);
    if (!TOKEN.matcher(token).matches()) {
      throw bad(
          position,
          token.isEmpty() ? "an empty token" : "a token with an illegal character",
          "1 to 512 visible ASCII characters");
    }
    if (token.toUpperCase(Locale.ROOT).startsWith(PLACEHOLDER) || token.equals(ZERO_UUID)) {
      throw bad(position, "a placeholder", "a token that was made for this");
    }
    String rest = text.substring(colon + 1);
    int at = rest.indexOf('@');
    Set<String> scope = at < 0 ? null : scope(position, rest.substring(at + 1));
    String[] parts = (at < 0 ? rest : rest.substring(0, at)).split(":", -1);
    if (parts.length > 2) {
      throw bad(position, "too many colons", FORM);
    }
    Set<Role> roles = roles(position, parts[0]);
    if (scope == null && (roles.contains(Role.SECRETS) || roles.contains(Role.SCHEMA))) {
      throw bad(position, "config.secrets and config.schema need a scope", FORM);
    }
    if (parts.length == 2 && !NAME.matcher(parts[1]).matches()) {
      throw bad(position, "an illegal name", "1 to 64 of A-Z a-z 0-9 . _ -");
    }
    byte[] digest = sha256().digest(bytes(token));
    String name = parts.length == 2 ? parts[1] : HexFormat.of().formatHex(digest, 0, 4);
    return new Entry(digest, new Grant(name, roles, scope), bits(token) < STRONG_BITS);
  }

  private static Set<Role> roles(int position, String text) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String word : text.split("\\+", -1)) {
      Role role = Role.of(word).orElse(null);
      if (role == null) {
        throw bad(
            position,
            "an unknown role",
            "config.read, config.write, config.secrets or config.schema");
      }
      if (!roles.add(role)) {
        throw bad(position, role.word() + " twice", "each role once");
      }
    }
    return roles;
  }

  private static Set<String> scope(int position, String text) {
    Set<String> scope = new LinkedHashSet<>();
    for (String service : text.split("\\|", -1)) {
      if (!Names.isService(service) || !scope.add(service)) {
        throw bad(position, "an illegal scope", "service names, each once, joined by |");
      }
    }
    return Collections.unmodifiableSet(scope);
  }

  /** The most that a token of this length and these characters can hold. */
  private static int bits(String token) {
    // Chance hardly ever leaves a long token with so few.
    if (token.chars().distinct().count() < FEW_CHARACTERS) {
      return token.length();
    }
    return token.length() * (HEX.matcher(token).matches() ? 4 : 6);
  }

  private static Set<Grant> identities() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static IllegalArgumentException bad(int position, String what, String expected) {
    return new IllegalArgumentException(
        "CONFIG_API_TOKENS: entry " + position + ": " + what + " (expected: " + expected + ")");
  }
}
