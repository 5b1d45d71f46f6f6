package dev.holdfast.app;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.http.CertificateChanged;
import dev.holdfast.messages.http.HttpTopics;
import dev.holdfast.messages.http.TokensChanged;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what may change while the manager runs, at SIGHUP and when a file was changed: the
 * tokens and the certificate. Whatever else changed is named in the log. What is wrong is named
 * too, and changes nothing.
 */
final class Reload {
  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

  /** How often files are looked at. */
  static final long LOOK_MILLIS = 2_000;

  /** A changed file must have stayed the same for this long: an editor may still be writing. */
  private static final long SETTLE_MILLIS = 250;

  private final Vertx vertx;
  private final Bus bus;
  private final Map<String, String> environment;
  private final Bootstrap.Prepared running;
  private final Path envFile;

  // From here on: only under the lock, on worker threads.
  private String tokens;
  private Set<Path> watched;
  private FileStamps taken;
  private FileStamps seen;
  private Set<String> named = Set.of();
  private @Nullable String fault;

  /**
   * Knows what the manager runs with; blocks for a moment.
   *
   * @param environment the process environment, which stays what it was
   */
  Reload(Vertx vertx, Bootstrap.Prepared running, Map<String, String> environment) {
    this.vertx = vertx;
    this.bus = new Bus(vertx);
    this.environment = Map.copyOf(environment);
    this.running = running;
    this.envFile = running.layers().envFile();
    this.tokens = running.values().getOrDefault(Variable.CONFIG_API_TOKENS.name(), "");
    this.watched = watched(running.layers());
    this.taken = FileStamps.of(watched);
    this.seen = taken;
  }

  /** Begins to look. */
  void start() {
    Hangup.listen(
        () -> vertx.<@Nullable Void>executeBlocking(this::everything, false).onFailure(this::odd));
    lookAfter(LOOK_MILLIS);
  }

  private void lookAfter(long millis) {
    vertx.setTimer(
        millis,
        timer ->
            vertx
                .executeBlocking(this::look, false)
                .onFailure(this::odd)
                .onComplete(
                    settled ->
                        lookAfter(
                            settled.succeeded() && !settled.result()
                                ? SETTLE_MILLIS
                                : LOOK_MILLIS)));
  }

  private void odd(Throwable failure) {
    LOG.error("The settings were not read again", failure);
  }

  /** Takes over what changed and has settled; whether nothing is still being changed. */
  synchronized boolean look() {
    FileStamps now = FileStamps.of(watched);
    boolean settled = now.equals(seen);
    seen = now;
    if (settled && !now.equals(taken)) {
      Set<Path> changed = new HashSet<>(watched);
      changed.removeIf(file -> Objects.equals(now.byFile().get(file), taken.byFile().get(file)));
      boolean certificate = certificates().anyMatch(changed::contains);
      taken = now;
      readAgain();
      if (certificate) {
        certificateChanged();
      }
    }
    return settled;
  }

  /** Takes over everything, as SIGHUP asks. */
  synchronized @Nullable Void everything() {
    LOG.info("SIGHUP: reading {} again", envFile);
    fault = null;
    named = Set.of();
    taken = FileStamps.of(watched);
    seen = taken;
    readAgain();
    if (certificates().findAny().isPresent()) {
      certificateChanged();
    }
    return null;
  }

  private void readAgain() {
    try {
      Layers.Settings now = Layers.read(environment);
      watch(now);
      takeTokens(now);
      nameOthers(now);
      fault = null;
    } catch (StartFailure | IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(fault)) {
        LOG.warn("The changed settings are not taken over: {}", reason);
      }
      fault = reason;
    }
  }

  private void takeTokens(Layers.Settings now) {
    String value = now.values().getOrDefault(Variable.CONFIG_API_TOKENS.name(), "");
    if (value.equals(tokens)) {
      return;
    }
    if (value.isEmpty()) {
      throw StartFailure.configuration("CONFIG_API_TOKENS is not set; the tokens stay");
    }
    List<String> entries = new Values(now.values()).list(Variable.CONFIG_API_TOKENS);
    Bootstrap.http(running.settings().http().withTokens(entries), null);
    tokens = value;
    bus.publish(HttpTopics.TOKENS, new TokensChanged(entries));
    LOG.info("CONFIG_API_TOKENS changed; tokens from now on: {}", entries.size());
  }

  private void nameOthers(Layers.Settings now) {
    Set<String> changed = new TreeSet<>();
    differences(running.values(), now.values(), changed);
    differences(running.layers().environment(), now.environment(), changed);
    changed.remove(Variable.CONFIG_API_TOKENS.name());
    if (!changed.isEmpty() && !changed.equals(named)) {
      LOG.warn("Changed, but taken over at the next start only: {}", String.join(", ", changed));
    }
    named = changed;
  }

  private static void differences(
      Map<String, String> before, Map<String, String> now, Set<String> changed) {
    Stream.concat(before.keySet().stream(), now.keySet().stream())
        .filter(name -> !Objects.equals(before.get(name), now.get(name)))
        .forEach(changed::add);
  }

  private void certificateChanged() {
    bus.publish(HttpTopics.CERTIFICATE, new CertificateChanged());
  }

  /** The files that matter may be others now: new ones count as seen. */
  private void watch(Layers.Settings now) {
    Set<Path> files = watched(now);
    if (!files.equals(watched)) {
      watched = files;
      taken = FileStamps.of(files);
      seen = taken;
    }
  }

  private Set<Path> watched(Layers.Settings settings) {
    Set<Path> files = new HashSet<>();
    files.add(envFile);
    certificates().forEach(files::add);
    Layers.Origin origin = settings.origins().get(Variable.CONFIG_API_TOKENS.name());
    if (origin != null && origin.file() != null) {
      files.add(origin.file());
    }
    return files;
  }

  private Stream<Path> certificates() {
    ManagerSettings.Http http = running.settings().http();
    return Stream.of(http.tlsCertificate(), http.tlsKey()).filter(Objects::nonNull);
  }
}
