package dev.holdfast.app;

import dev.holdfast.files.Reasons;
import dev.holdfast.model.Times;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast rotate}: a new key in the {@code .env} file, the old one kept beside it. */
@Command(
    name = "rotate",
    mixinStandardHelpOptions = true,
    description = {
      "Puts a new key into the .env file, keeps the old one beside it, and says what to do next.",
      "Does not touch the data: the manager does that after a restart."
    })
final class RotateCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final Clock clock;
  private final Offline offline;

  @Spec private CommandSpec spec;

  @Mixin private EnvFileOption envFile;

  @Parameters(paramLabel = "KEY", description = "Which: ${COMPLETION-CANDIDATES}")
  private Key key;

  @Option(
      names = "--drop-old",
      description = "Take the old key away, once nothing needs it any more")
  private boolean dropOld;

  @Option(
      names = "--force",
      description = "With --drop-old: whether or not something needs it. What does is lost")
  private boolean force;

  /** Which key. */
  enum Key {
    MASTER,
    HMAC,
    SIGNATURE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @SuppressWarnings("NullAway.Init") // picocli fills the fields
  RotateCommand(Map<String, String> environment, Clock clock, Offline offline) {
    this.environment = environment;
    this.clock = clock;
    this.offline = offline;
  }

  @Override
  public Integer call() {
    if (force && !dropOld) {
      throw new ParameterException(spec.commandLine(), "--force goes with --drop-old only");
    }
    Layers.Settings settings = envFile.read(environment);
    KeyEdit edit = dropOld ? drop(settings) : begin(settings);
    checkResult(settings, edit);
    write(settings.envFile(), edit);
    edit.done().forEach(out()::println);
    return 0;
  }

  private KeyEdit begin(Layers.Settings settings) {
    return switch (key) {
      case MASTER -> SecretKeyRotation.MASTER.begin(settings);
      case HMAC -> SecretKeyRotation.HMAC.begin(settings);
      case SIGNATURE -> SignatureRotation.begin(settings);
    };
  }

  private KeyEdit drop(Layers.Settings settings) {
    KeyEdit edit =
        switch (key) {
          case MASTER -> SecretKeyRotation.MASTER.dropOld(settings);
          case HMAC -> SecretKeyRotation.HMAC.dropOld(settings);
          case SIGNATURE -> SignatureRotation.dropOld(settings);
        };
    String reason = force ? null : keep(settings);
    if (reason != null) {
      throw StartFailure.other(
          "The old " + key + " key stays: " + reason + " (--force takes it away all the same)");
    }
    return edit;
  }

  private @Nullable String keep(Layers.Settings settings) {
    SecretsFiles files = new SecretsFiles(settings, offline);
    Instant now = clock.instant();
    return switch (key) {
      case MASTER -> {
        KeySurvey survey = files.masterKeys();
        Instant until = survey.backupsUntil();
        if (until != null && until.isAfter(now)) {
          out()
              .println(
                  "Keep a copy of it until " + Times.format(until) + ": older backups need it.");
        }
        yield survey.keep(now);
      }
      case HMAC -> files.keepHmac();
      case SIGNATURE -> SignatureRotation.keep(settings, files.grace(), now);
    };
  }

  /** The manager must be able to start with what is written. */
  private static void checkResult(Layers.Settings settings, KeyEdit edit) {
    Map<String, String> values = new HashMap<>(settings.values());
    values.putAll(edit.values());
    values.keySet().removeAll(edit.removed());
    try {
      Bootstrap.crypto(values);
    } catch (IllegalArgumentException e) {
      throw StartFailure.configuration(String.valueOf(e.getMessage()));
    }
  }

  private void write(Path file, KeyEdit edit) {
    try {
      UserPrincipal owner = Files.getOwner(file);
      DotenvEditor.change(file, edit.values(), edit.removed());
      if (!Files.getOwner(file).equals(owner)) {
        // Run by root: the manager must still be able to read it.
        Files.setOwner(file, owner);
      }
    } catch (IOException e) {
      throw StartFailure.configuration(
          file
              + ": cannot be written: "
              + Reasons.of(e)
              + " (expected: a plain file in a folder that may be written to)");
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
