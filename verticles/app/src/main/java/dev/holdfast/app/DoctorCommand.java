package dev.holdfast.app;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Looks at everything a manager needs here, and says what to fix: settings, files, keys,",
      "tokens, ports, certificate, broker, replica, clock. Alters nothing, prints no secret; the",
      "manager may be running. Exit code 1: something is wrong that keeps it from working."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final Clock clock;
  private final Offline offline;

  @Spec private CommandSpec spec;

  @Mixin private EnvFileOption envFile;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields
  DoctorCommand(Map<String, String> environment, Clock clock, Offline offline) {
    this.environment = environment;
    this.clock = clock;
    this.offline = offline;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Findings findings = new Findings();
    Doctor.examine(() -> envFile.read(environment), clock, offline, findings);
    for (Findings.Finding each : findings.all()) {
      out.println(
          "%-7s  %-11s  %s"
              .formatted(
                  each.grade().name().toLowerCase(Locale.ROOT), each.subject(), each.text()));
    }
    long errors = findings.count(Findings.Grade.ERROR);
    long warnings = findings.count(Findings.Grade.WARNING);
    out.println();
    out.println(
        errors + warnings == 0
            ? "All is well"
            : "%d to fix, %d to look at".formatted(errors, warnings));
    return errors == 0 ? 0 : 1;
  }
}
