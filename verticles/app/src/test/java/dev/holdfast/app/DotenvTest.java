package dev.holdfast.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DotenvTest {
  @Test
  void parse_everyForm_givesTheValue() {
    String text =
        """
        # comment

        A=plain+/=:,@value
        B='single $HOME #kept'
        C="line\\nnext \\"quoted\\" \\\\ \\$ \\`"
        D=
        """
            + "E=trailing  \n";
    assertThat(values(text))
        .isEqualTo(
            Map.of(
                "A", "plain+/=:,@value",
                "B", "single $HOME #kept",
                "C", "line\nnext \"quoted\" \\ $ `",
                "D", "",
                "E", "trailing"));
  }

  @Test
  void parse_carriageReturns_areIgnored() {
    assertThat(values("A=1\r\nB='2'\r\n")).isEqualTo(Map.of("A", "1", "B", "2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A = 1",
        "A =1",
        "A= 1",
        " A=1",
        "export A=1",
        "A",
        "1A=2",
        "A=one two",
        "A=1 # comment",
        "A=a#b",
        "A=a$b",
        "A=a`b`",
        "A=a\\b",
        "A=it's",
        "A='open",
        "A='a'b",
        "A='a' # comment",
        "A='a''b'",
        "A=\"open",
        "A=\"a\"b",
        "A=\"a\\tb\"",
        "A=\"$HOME\"",
        "A=\"`id`\"",
        "A=\"end\\",
        "A-B=1",
      })
  void parse_ambiguous_isRefusedWithItsLine(String line) {
    assertThatThrownBy(() -> values("# first\n" + line + "\n"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("file line 2");
  }

  @Test
  void parse_nameTwice_isRefusedWithBothLines() {
    assertThatThrownBy(() -> values("A=1\nB=2\nA=3"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("line 3")
        .hasMessageContaining("line 1");
  }

  @Test
  void parse_markNulOrOtherBytes_isRefused() {
    for (byte[] bytes :
        new byte[][] {
          "\ufeffA=1".getBytes(UTF_8), "A=1\0".getBytes(UTF_8), {'A', '=', (byte) 0xff}
        }) {
      assertThatThrownBy(() -> Dotenv.parse("file", bytes)).isInstanceOf(StartFailure.class);
    }
  }

  @Test
  void parse_refusedLine_neverShowsTheValue() {
    assertThatThrownBy(() -> values("A=canary secret"))
        .isInstanceOf(StartFailure.class)
        .message()
        .doesNotContain("canary");
  }

  @Test
  void edit_placeholder_isReplacedInPlaceAndAllElseStays() {
    String old = "# head\nA=CHANGEME\n\nB='keep me' \n# tail";
    assertThat(
            DotenvEditor.edit(
                "file", old.getBytes(UTF_8), Map.of("A", "new", "C", "x\ny"), Set.of()))
        .isEqualTo("# head\nA=new\n\nB='keep me' \n# tail\nC=\"x\\ny\"\n");
  }

  @Test
  void edit_carriageReturns_areKept() {
    assertThat(
            DotenvEditor.edit(
                "file", "A=\r\nB=1\r\n".getBytes(UTF_8), Map.of("A", "2", "C", "3"), Set.of()))
        .isEqualTo("A=2\r\nB=1\r\nC=3\r\n");
  }

  @Test
  void edit_removed_takesTheWholeLineAndNoOther() {
    String old = "A=1\r\n# of B\r\nB=2\r\nC=3\r\nD=4";
    assertThat(
            DotenvEditor.edit(
                "file", old.getBytes(UTF_8), Map.of("A", "5"), Set.of("B", "D", "NONE")))
        .isEqualTo("A=5\r\n# of B\r\nC=3\r\n");
    assertThat(DotenvEditor.edit("file", "B=2\n".getBytes(UTF_8), Map.of(), Set.of("B"))).isEmpty();
  }

  @Test
  void assignment_anyText_isReadBackTheSame() {
    for (String value :
        new String[] {"", "plain", "a b", "it's \"x\" $y `z` \\n", "one\ntwo\n", "ä#"}) {
      assertThat(values(Dotenv.assignment("A", value))).isEqualTo(Map.of("A", value));
    }
  }

  private static Map<String, String> values(String text) {
    return Dotenv.parse("file", text.getBytes(UTF_8)).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().value()));
  }
}
