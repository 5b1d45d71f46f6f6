package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.holdfast.bus.Bus;
import dev.holdfast.bus.Codecs;
import dev.holdfast.messages.http.HttpTopics;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ReloadTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Reload.class);
  private final BlockingQueue<List<String>> tokens = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> certificates = new LinkedBlockingQueue<>();
  private final Map<String, String> environment = new HashMap<>();
  private Vertx vertx;
  private Path envFile;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    Codecs.register(vertx);
    Bus bus = new Bus(vertx);
    bus.subscribe(HttpTopics.TOKENS, event -> tokens.add(event.entries()));
    bus.subscribe(HttpTopics.CERTIFICATE, event -> certificates.add("changed"));
    envFile = folder.resolve(".env");
    environment.put("CONFIG_ENV_FILE", envFile.toString());
    environment.put("CONFIG_DB_PATH", folder.resolve("config.db").toString());
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() throws Exception {
    logger.detachAppender(log);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Reload reload() {
    return new Reload(vertx, Bootstrap.prepare(Layers.read(environment)), environment);
  }

  /** As the timer does: a change is taken over when it has settled. */
  private void lookTwice(Reload reload) {
    reload.look();
    reload.look();
  }

  private void set(Map<String, String> values) throws IOException {
    DotenvEditor.put(envFile, values);
  }

  private List<String> logged() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void look_otherTokens_areToldOnceSettled() throws Exception {
    Reload reload = reload();
    lookTwice(reload);
    set(Map.of("CONFIG_API_TOKENS", TOKEN + ":config.read, x" + TOKEN + ":config.write:me"));
    assertThat(reload.look()).isFalse();
    assertThat(logged()).isEmpty();
    assertThat(reload.look()).isTrue();
    assertThat(tokens.poll(5, TimeUnit.SECONDS))
        .containsExactly(TOKEN + ":config.read", "x" + TOKEN + ":config.write:me");
    lookTwice(reload);
    assertThat(logged()).singleElement().asString().endsWith(": 2").doesNotContain(TOKEN);
    assertThat(tokens).isEmpty();
  }

  @Test
  void look_badTokens_keepTheOldOnesAndSayWhy() throws Exception {
    Reload reload = reload();
    set(Map.of("CONFIG_API_TOKENS", TOKEN + ":no.role"));
    lookTwice(reload);
    lookTwice(reload);
    assertThat(logged())
        .singleElement()
        .asString()
        .contains("CONFIG_API_TOKENS: entry 1: an unknown role")
        .doesNotContain(TOKEN);
    set(Map.of("CONFIG_API_TOKENS", "CHANGEME"));
    lookTwice(reload);
    assertThat(logged().get(1)).contains("CONFIG_API_TOKENS is not set");
    Files.writeString(envFile, "oh no", StandardOpenOption.APPEND);
    lookTwice(reload);
    assertThat(logged().get(2)).contains("not an assignment");
    setOnly(TOKEN + ":config.read");
    lookTwice(reload);
    assertThat(tokens.poll(5, TimeUnit.SECONDS)).containsExactly(TOKEN + ":config.read");
    assertThat(tokens).isEmpty();
  }

  private void setOnly(String entries) throws IOException {
    Files.writeString(envFile, "CONFIG_API_TOKENS=" + entries + "\n");
  }

  @Test
  void look_tokensInAFile_areWatched() throws Exception {
    Path file = Files.writeString(folder.resolve("tokens"), TOKEN + ":config.read\n");
    environment.put("CONFIG_API_TOKENS_FILE", file.toString());
    Reload reload = reload();
    Files.writeString(file, "y" + TOKEN + ":config.read\n");
    lookTwice(reload);
    assertThat(tokens.poll(5, TimeUnit.SECONDS)).containsExactly("y" + TOKEN + ":config.read");
  }

  @Test
  void look_otherVariables_areNamedOnceWithoutValues() throws Exception {
    Reload reload = reload();
    set(Map.of("CONFIG_MANAGER_PORT", "4711", "STT_WORKER_WS_URL", "canary"));
    lookTwice(reload);
    set(Map.of("CONFIG_MANAGER_PORT", "4712"));
    lookTwice(reload);
    assertThat(logged())
        .singleElement()
        .asString()
        .contains("next start")
        .endsWith(": CONFIG_MANAGER_PORT, STT_WORKER_WS_URL");
    assertThat(tokens).isEmpty();
  }

  @Test
  void look_certificate_isToldOfWhenItsFileChanges() throws Exception {
    Path pem = Files.writeString(folder.resolve("cert.pem"), "one");
    environment.put("CONFIG_MANAGER_TLS_CERT", pem.toString());
    environment.put("CONFIG_MANAGER_TLS_KEY", pem.toString());
    Reload reload = reload();
    lookTwice(reload);
    Files.writeString(pem, "another");
    lookTwice(reload);
    assertThat(certificates.poll(5, TimeUnit.SECONDS)).isEqualTo("changed");
    assertThat(certificates).isEmpty();
    assertThat(tokens).isEmpty();
  }

  @Test
  void start_fileAndSignal_areBothSeen() throws Exception {
    Reload reload = reload();
    reload.start();
    set(Map.of("CONFIG_API_TOKENS", TOKEN + ":config.read"));
    assertThat(tokens.poll(10, TimeUnit.SECONDS)).containsExactly(TOKEN + ":config.read");
    set(Map.of("CONFIG_API_TOKENS", "z" + TOKEN + ":config.read"));
    Class<?> signal = Class.forName("sun.misc.Signal");
    signal
        .getMethod("raise", signal)
        .invoke(null, signal.getConstructor(String.class).newInstance("HUP"));
    assertThat(tokens.poll(1, TimeUnit.SECONDS))
        .as("after SIGHUP, which never comes where the tests were started by nohup")
        .containsExactly("z" + TOKEN + ":config.read");
    assertThat(logged()).anyMatch(line -> line.startsWith("SIGHUP"));
  }
}
