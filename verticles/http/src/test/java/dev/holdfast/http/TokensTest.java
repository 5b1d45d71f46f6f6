package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final String SECRET = "s3cr3t-Canary";

  @ParameterizedTest
  @CsvSource({
    "t:config.read,                                , config.read",
    "t:config.write:ops,                        ops, config.read config.write",
    "t:config.read+config.secrets@router,          , config.read config.secrets",
    "t:config.secrets:x@router|stt-worker,        x, config.read config.secrets",
    "t:config.schema:dev@router,                dev, config.schema",
    "t:config.write+config.schema:a.b-c_9@router, a.b-c_9, config.read config.write config.schema",
  })
  void parse_legalEntry_givesNameAndPermissions(String entry, String name, String permissions) {
    Grant grant = find(Tokens.parse(List.of(entry)), "t");
    assertThat(grant.name()).isEqualTo(name == null ? "e3b98a4d" : name);
    assertThat(grant.permissionWords()).containsExactly(permissions.split(" "));
  }

  @Test
  void parse_scope_limitsTheServices() {
    Grant grant = find(Tokens.parse(List.of("t:config.write:n@router|stt-worker")), "t");
    assertThat(grant.scope()).containsExactly("router", "stt-worker");
    assertThat(grant.reaches("router")).isTrue();
    assertThat(grant.reaches("camera")).isFalse();
    assertThat(find(Tokens.parse(List.of("t:config.read")), "t").scope()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "changeme-" + SECRET + ":config.write",
        SECRET,
        SECRET + ":",
        SECRET + ":config.admin",
        SECRET + ":config.read+",
        SECRET + ":config.read+config.read",
        SECRET + ":config.read:",
        SECRET + ":config.read:two words",
        SECRET + ":config.read:a:b",
        SECRET + ":config.read@",
        SECRET + ":config.read@Router",
        SECRET + ":config.read@a|a",
        SECRET + ":config.read@a|",
        SECRET + ":config.read:n@a:b",
        SECRET + ":config.secrets",
        SECRET + ":config.schema:n",
        SECRET + " x:config.read",
        ":config.read",
        "",
      })
  void parse_illegalEntry_namesThePositionAndNeverTheToken(String entry) {
    assertThatThrownBy(() -> Tokens.parse(List.of("ok:config.read", entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("CONFIG_API_TOKENS: entry 2: ")
        .hasMessageContaining("(expected: ")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void parse_sameTokenTwice_isRefused() {
    assertThatThrownBy(
            () ->
                Tokens.parse(
                    List.of(SECRET + ":config.read", "b:config.read", SECRET + ":config.write")))
        .hasMessageContaining("entry 3")
        .hasMessageContaining("entry 1")
        .hasMessageNotContaining(SECRET);
    assertThatThrownBy(() -> Tokens.parse(List.of())).hasMessageContaining("CONFIG_API_TOKENS");
  }

  @Test
  void find_unknownToken_isNull() {
    Tokens tokens = Tokens.parse(List.of("t:config.read"));
    assertThat(tokens.find(digest("T"))).isNull();
    assertThat(tokens.find(new byte[0])).isNull();
  }

  @Test
  void weak_namesTokensUnder128Bits() {
    Tokens tokens =
        Tokens.parse(
            List.of(
                "readonly-token:config.read:short",
                "0123456789abcdef0123456789abcde:config.read:hex-short",
                "0123456789abcdef0123456789abcdef:config.read:hex",
                "abcdefghijklmnopqrstuv:config.read:long"));
    assertThat(tokens.weak()).containsExactly("short", "hex-short");
  }

  @Test
  void allows_followsTheRoles() {
    assertThat(grant(Role.READ).allows(Need.WRITE)).isFalse();
    assertThat(grant(Role.READ).allows(Need.SCHEMA)).isFalse();
    assertThat(grant(Role.SCHEMA).allows(Need.READ)).isFalse();
    assertThat(grant(Role.SCHEMA).allows(Need.TOKEN)).isTrue();
    assertThat(grant(Role.SCHEMA).allows(Need.SCHEMA)).isTrue();
    assertThat(grant(Role.WRITE).allows(Need.SCHEMA)).isTrue();
    assertThat(grant(Role.SECRETS).allows(Need.READ)).isTrue();
    assertThat(grant(Role.SECRETS).allows(Need.WRITE)).isFalse();
  }

  @Test
  void toString_showsNoToken() {
    HttpVerticle.Options options =
        new HttpVerticle.Options("127.0.0.1", 0, List.of(SECRET + ":config.read"));
    assertThat(options.toString()).doesNotContain(SECRET).contains("1 tokens");
    assertThat(Tokens.parse(options.tokens()).toString()).doesNotContain(SECRET);
  }

  private static Grant grant(Role role) {
    return new Grant("n", Set.of(role), Set.of("a"));
  }

  private static Grant find(Tokens tokens, String token) {
    return tokens.find(digest(token));
  }

  private static byte[] digest(String token) {
    return Tokens.sha256().digest(token.getBytes(StandardCharsets.UTF_8));
  }
}
