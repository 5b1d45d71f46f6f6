package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example receivers, each without one of its checks. */
enum BrokenReceiver {
  PYTHON_NO_SIGNATURE(
      "        except InvalidSignature:\n            continue",
      "        except InvalidSignature:\n            break"),
  PYTHON_NO_SERVICE("    if named != service:", "    service = named\n    if False:"),
  PYTHON_NO_CHECKSUM("if hashlib.sha256(config.encode()).hexdigest() != checksum:", "if False:"),
  PYTHON_NO_FRESHNESS("if abs(age.total_seconds()) > WINDOW:", "if False:"),
  PYTHON_NOTHING_FROM_THE_FUTURE_REFUSED(
      "if abs(age.total_seconds()) > WINDOW:", "if age.total_seconds() > WINDOW:"),
  PYTHON_NO_VERSION("    if update[1] <= held[1]:", "    if False:"),
  PYTHON_NO_SIZE("if len(payload) <= MOST else None", ""),
  PYTHON_NO_MEMORY("        store(path, state)\n", ""),
  PYTHON_NO_EPOCH(
      "        raise Refused(\"another epoch, which the manager does not confirm\")",
      "        return True"),
  PYTHON_EPOCH_UNASKED("        if answer:\n", "        asked = True\n        if False:\n"),
  PYTHON_MANAGER_UNVERIFIED(
      "            update, asked = verify(service, answer, keys), True",
      "            asked = True"),
  SHELL_NO_SIGNATURE("|| { refuse 'not signed by a known key'; return; }", "|| :"),
  SHELL_NO_SERVICE(
      "[ \"$named\" = \"$service\" ] || { refuse 'of another service'; return; }",
      "local service=$named"),
  SHELL_NO_CHECKSUM("|| { refuse 'the checksum does not match'; return; }", "|| :"),
  SHELL_NO_FRESHNESS("|| { refuse 'not fresh'; return; }", "|| :"),
  SHELL_NO_VERSION(
      "|| { refuse 'not above the version held'; return; }\n    heard=$SECONDS\n    return\n",
      "|| :\n"),
  SHELL_NO_MEMORY("  keep || { refuse 'it cannot be kept'; return; }\n", ""),
  SHELL_NO_EPOCH("{ refuse 'another epoch, which the manager does not confirm'; return; }", ":");

  private final String check;
  private final String instead;

  BrokenReceiver(String check, String instead) {
    this.check = check;
    this.instead = instead;
  }

  boolean isPython() {
    return name().startsWith("PYTHON");
  }

  /** Whether it shows when the epoch changes, not before. */
  boolean isOfEpochs() {
    return name().contains("EPOCH") || this == PYTHON_MANAGER_UNVERIFIED;
  }

  /** Writes it as a script of its own. */
  Path write(Path folder) throws IOException {
    String example = isPython() ? "python/receive.py" : "shell/receive.sh";
    String source = Files.readString(AttackedReceiver.Script.EXAMPLES.resolve(example));
    assertThat(source)
        .as("%s has the check that %s leaves out", example, this)
        .containsOnlyOnce(check);
    return Files.writeString(folder.resolve("broken"), source.replace(check, instead));
  }
}
