package dev.holdfast.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line. Without a command it runs the manager. */
@Command(
    name = "holdfast",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = RunCommand.class,
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
    int exitCode = plain ? new RunCommand().call() : new CommandLine(new Main()).execute(arguments);
    // A run that ends while the process is being stopped must not start a second exit.
    if (exitCode != RunCommand.STOPPED) {
      Runtime.getRuntime().exit(exitCode);
    }
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
