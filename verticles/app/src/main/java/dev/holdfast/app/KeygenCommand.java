package dev.holdfast.app;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast keygen}: prints fresh keys and tokens as lines for the {@code .env} file. */
@Command(
    name = "keygen",
    mixinStandardHelpOptions = true,
    description =
        "Prints a complete set of fresh keys and tokens, ready for an .env file. Writes no file.")
final class KeygenCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli fills the field
  KeygenCommand() {}

  @Override
  public Integer call() {
    FirstRun.generate(Map.of(), List.of())
        .forEach(
            (name, value) -> spec.commandLine().getOut().println(Dotenv.assignment(name, value)));
    return 0;
  }
}
