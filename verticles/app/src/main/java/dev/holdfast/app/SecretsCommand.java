package dev.holdfast.app;

import dev.holdfast.model.Times;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast secrets}. */
@Command(
    name = "secrets",
    mixinStandardHelpOptions = true,
    description = "Tells of stored secrets, never the secrets themselves.")
final class SecretsCommand {
  private final Map<String, String> environment;
  private final Clock clock;
  private final Offline offline;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields
  SecretsCommand(Map<String, String> environment, Clock clock, Offline offline) {
    this.environment = environment;
    this.clock = clock;
    this.offline = offline;
  }

  /** {@code holdfast secrets status}. */
  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = {
        "Tells which master keys the secrets in the database and in the cache need, and whether",
        "the old one may be removed. Exit code 1: some secret is under a key that is not at hand."
      })
  int status(@Mixin EnvFileOption envFile) {
    KeySurvey survey = new SecretsFiles(envFile.read(environment), offline).masterKeys();
    PrintWriter out = spec.commandLine().getOut();
    long total = survey.stored().values().stream().mapToLong(Long::longValue).sum();
    out.println("Secrets: " + total);
    new TreeMap<>(survey.stored())
        .forEach((id, count) -> out.println("  " + count + " under " + id + word(survey, id)));
    survey.cached().stream()
        .sorted()
        .forEach(id -> out.println("  cache: some under " + id + word(survey, id)));
    out.println("Key in use: " + (survey.inUse() == null ? "none" : survey.inUse()));
    tellOld(out, survey, clock.instant());
    survey
        .lost()
        .forEach(
            (id, count) ->
                out.println(
                    "Not at hand: key "
                        + id
                        + "; put it back as CONFIG_MASTER_KEY_OLD_BASE64 and _ID, or set its "
                        + (count == 0 ? "" : count + " ")
                        + "secrets anew"));
    return survey.lost().isEmpty() ? 0 : 1;
  }

  private static void tellOld(PrintWriter out, KeySurvey survey, Instant now) {
    if (survey.old() == null) {
      out.println("Old key: none");
      return;
    }
    String reason = survey.keep(now);
    out.println("Old key: " + survey.old());
    if (survey.unusedSince() != null) {
      out.println("  not needed since " + Times.format(survey.unusedSince()));
    }
    out.println(
        reason == null
            ? "  may be removed: holdfast rotate master --drop-old, then a restart"
            : "  must stay: " + reason);
    Instant until = survey.backupsUntil();
    if (until != null && until.isAfter(now)) {
      out.println("  backups need it until " + Times.format(until) + ": keep a copy so long");
    }
  }

  private static String word(KeySurvey survey, String id) {
    if (id.equals(survey.inUse())) {
      return " (in use)";
    }
    return id.equals(survey.old()) ? " (old)" : " (not at hand)";
  }
}
