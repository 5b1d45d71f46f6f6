package dev.holdfast.app;

import dev.holdfast.bus.BusFailure;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line. Without a command it runs the manager. */
@Command(
    name = "holdfast",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "A configuration manager for fleets of services.")
public final class Main {
  static {
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
  }

  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) throws Exception {
    // The plain start needs no parsing, and is a tenth faster without.
    boolean plain =
        arguments.length == 0 || (arguments.length == 1 && arguments[0].equals(RunCommand.NAME));
    int exitCode =
        plain
            ? new RunCommand().call()
            : commandLine(System.getenv(), Clock.systemUTC(), new OfflineRooms())
                .execute(arguments);
    // A run that ends while the process is being stopped must not start a second exit.
    if (exitCode != RunCommand.STOPPED) {
      Runtime.getRuntime().exit(exitCode);
    }
  }

  /**
   * All the commands.
   *
   * @param environment the process environment
   * @param clock for grace times
   * @param offline for what commands read of the rooms' files
   */
  static CommandLine commandLine(Map<String, String> environment, Clock clock, Offline offline) {
    return new CommandLine(new Main())
        .addSubcommand(new RunCommand())
        .addSubcommand(new KeygenCommand())
        .addSubcommand(new RotateCommand(environment, clock, offline))
        .addSubcommand(new SecretsCommand(environment, clock, offline))
        .addSubcommand(new AuditCommand(environment, offline))
        .addSubcommand(new SchemaCommand(environment))
        .addSubcommand(new RestoreCommand(environment, clock))
        .addSubcommand(new BackupCommand(environment, clock))
        .addSubcommand(new DoctorCommand(environment, clock, offline))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              if (failure instanceof StartFailure told) {
                command.getErr().println(told.line());
                return told.exitCode();
              }
              if (failure instanceof BusFailure typed) {
                command.getErr().println(typed.detail());
                return StartFailure.OTHER;
              }
              throw failure;
            });
  }

  /** Tells the version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"holdfast " + (version == null ? "(development)" : version)};
    }
  }
}
