package dev.holdfast.app;

import dev.holdfast.backup.BackupVerticle;
import dev.holdfast.model.Replica;
import dev.holdfast.model.Replica.Bucket;
import dev.holdfast.model.Replica.Folder;
import dev.holdfast.model.SecretValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The {@code LITESTREAM_} variables, typed. */
final class BackupSettings {
  private static final String METRICS = "http://127.0.0.1:9090/metrics";
  private static final String REGION = "us-east-1";
  private static final String EXECUTABLE = "litestream";
  private static final Set<String> WEB = Set.of("http", "https");

  /** What Litestream keeps by itself. */
  private static final int RETENTION_HOURS = 24;

  private BackupSettings() {}

  /**
   * Types them.
   *
   * @throws StartFailure that names the variable and the expected form
   */
  static BackupVerticle.Options of(Values values, Path database) {
    return new BackupVerticle.Options(
        database,
        replica(values),
        metrics(values),
        values.textOr(Variable.LITESTREAM_EXECUTABLE, EXECUTABLE),
        values.has(Variable.LITESTREAM_RETENTION_HOURS)
            ? values.integer(Variable.LITESTREAM_RETENTION_HOURS, 1, 876_000)
            : RETENTION_HOURS,
        values.integer(Variable.CONFIG_BACKUP_DRILL_HOURS, 0, 8_760));
  }

  private static @Nullable Replica replica(Values values) {
    boolean bucket = values.has(Variable.LITESTREAM_S3_BUCKET);
    if (values.has(Variable.LITESTREAM_REPLICA_URL)) {
      if (bucket) {
        throw StartFailure.configuration(
            "LITESTREAM_REPLICA_URL and LITESTREAM_S3_BUCKET are both set (expected: one)");
      }
      return new Folder(folder(values));
    }
    return bucket ? bucket(values) : null;
  }

  private static Path folder(Values values) {
    URI url =
        url(
            values,
            Variable.LITESTREAM_REPLICA_URL,
            it ->
                "file".equals(it.getScheme())
                    && it.getAuthority() == null
                    && it.getPath() != null
                    && it.getPath().startsWith("/"),
            "file:///absolute/path");
    return Path.of(url.getPath()).normalize();
  }

  private static Bucket bucket(Values values) {
    values.bothOrNeither(Variable.LITESTREAM_ACCESS_KEY_ID, Variable.LITESTREAM_SECRET_ACCESS_KEY);
    return new Bucket(
        values.has(Variable.LITESTREAM_S3_ENDPOINT)
            ? http(values, Variable.LITESTREAM_S3_ENDPOINT)
            : null,
        values.textOr(Variable.LITESTREAM_S3_REGION, REGION),
        values.text(Variable.LITESTREAM_S3_BUCKET),
        values.textOr(Variable.LITESTREAM_S3_PATH, "").replaceAll("^/+|/+$", ""),
        secret(values, Variable.LITESTREAM_ACCESS_KEY_ID),
        secret(values, Variable.LITESTREAM_SECRET_ACCESS_KEY));
  }

  private static @Nullable SecretValue secret(Values values, Variable variable) {
    String text = values.textOrNull(variable);
    return text == null ? null : SecretValue.of(text);
  }

  private static URI metrics(Values values) {
    return values.has(Variable.LITESTREAM_METRICS_URL)
        ? http(values, Variable.LITESTREAM_METRICS_URL)
        : URI.create(METRICS);
  }

  private static URI http(Values values, Variable variable) {
    return url(
        values,
        variable,
        it ->
            it.getScheme() != null
                && WEB.contains(it.getScheme().toLowerCase(Locale.ROOT))
                && it.getHost() != null
                && it.getUserInfo() == null,
        "http://host[:port][/path] or https://…");
  }

  private static URI url(Values values, Variable variable, Predicate<URI> legal, String form) {
    return parsed(values.text(variable))
        .filter(legal)
        .orElseThrow(
            () ->
                StartFailure.configuration(
                    variable.name() + ": malformed (expected: " + form + ")"));
  }

  private static Optional<URI> parsed(String text) {
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
