package dev.holdfast.app;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast audit}. */
@Command(name = "audit", mixinStandardHelpOptions = true, description = "Checks the access log.")
final class AuditCommand {
  private final Map<String, String> environment;
  private final Offline offline;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields
  AuditCommand(Map<String, String> environment, Offline offline) {
    this.environment = environment;
    this.offline = offline;
  }

  /** {@code holdfast audit verify}. */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Walks along the chain of the access log and holds it against the head in the epoch file.",
        "Exit code 1: a row was altered, put in or taken out, or that cannot be told."
      })
  int verify(@Mixin EnvFileOption envFile) {
    Layers.Settings settings = envFile.read(environment);
    ManagerSettings typed = ManagerSettings.of(settings.values());
    if (!Files.exists(typed.databasePath())) {
      throw StartFailure.other("There is no database at " + typed.databasePath());
    }
    Offline.Audit audit;
    try {
      audit = offline.audit(typed.databasePath(), typed.epochPath(), settings.values());
    } catch (IllegalArgumentException e) {
      throw StartFailure.configuration(String.valueOf(e.getMessage()));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("Rows checked: " + audit.verified());
    if (audit.unknownKeys() > 0) {
      out.println(
          "Rows under a key that is not at hand: "
              + audit.unknownKeys()
              + " (LKG_HMAC_KEY_OLD_BASE64 and _ID take an older one)");
    }
    if (audit.beforeChain() > 0) {
      out.println("Rows from before the chain: " + audit.beforeChain());
    }
    if (audit.recorded() != null) {
      out.println("The head in " + typed.epochPath() + " cannot be used: " + audit.recorded());
    }
    if (audit.fault() != null) {
      out.println("Fault: " + audit.fault());
    }
    boolean whole = audit.fault() == null && audit.recorded() == null;
    out.println(whole ? "No fault" : "The access log cannot be relied on");
    return whole ? 0 : 1;
  }
}
