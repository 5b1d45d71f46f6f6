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
import org.jspecify.annotations.Nullable;

/** The {@code LITESTREAM_} variables, typed. */
final class BackupSettings {
  private static final String METRICS = "http://127.0.0.1:9090/metrics";
  private static final String REGION = "us-east-1";
  private static final String EXECUTABLE = "litestream";

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
    try {
      URI url = new URI(values.text(Variable.LITESTREAM_REPLICA_URL));
      if ("file".equals(url.getScheme())
          && (url.getAuthority() == null)
          && url.getPath() != null
          && url.getPath().startsWith("/")) {
        return Path.of(url.getPath()).normalize();
      }
    } catch (URISyntaxException e) {
      throw malformedFolder();
    }
    throw malformedFolder();
  }

  private static StartFailure malformedFolder() {
    return StartFailure.configuration(
        "LITESTREAM_REPLICA_URL: malformed (expected: file:///absolute/path)");
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
    try {
      URI url = new URI(values.text(variable));
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https"))
          && url.getHost() != null
          && url.getUserInfo() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw malformed(variable);
    }
    throw malformed(variable);
  }

  private static StartFailure malformed(Variable variable) {
    return StartFailure.configuration(
        variable.name() + ": malformed (expected: http://host[:port][/path] or https://…)");
  }
}
