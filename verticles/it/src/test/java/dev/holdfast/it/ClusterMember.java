package dev.holdfast.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.infinispan.manager.DefaultCacheManager;

/**
 * A Vert.x program that is a member of the manager's cluster, set up as docs/event-bus.md tells its
 * reader to, with nothing of ours on its class path.
 */
final class ClusterMember implements AutoCloseable {
  private static final Path FILE = ManagerProcess.ROOT.resolve("conf/cluster/infinispan.xml");
  private static final int WAIT_SECONDS = 60;

  final Vertx vertx;

  private final DefaultCacheManager caches;
  private final InfinispanClusterManager cluster;

  private ClusterMember(Vertx vertx, DefaultCacheManager caches, InfinispanClusterManager cluster) {
    this.vertx = vertx;
    this.caches = caches;
    this.cluster = cluster;
  }

  /** The cluster library did not tell the asking member that this one registered an address. */
  static final class NeverAsked extends AssertionError {
    private static final long serialVersionUID = 1L;

    NeverAsked(String address) {
      super(address + " was never asked of this member");
    }
  }

  /** What a member shows, and whom it trusts. */
  record Trust(TestCertificates authority, TestCertificates.Pair pair) {}

  /** Joins without TLS. */
  static ClusterMember join(Path folder, int managerPort) throws Exception {
    return join(folder, managerPort, null);
  }

  /** Joins; with TLS where {@code trust} is not null. */
  static synchronized ClusterMember join(Path folder, int managerPort, Trust trust)
      throws Exception {
    Path file = folder.resolve("member-" + System.nanoTime() + ".xml");
    String text = Files.readString(FILE);
    EventBusOptions bus = new EventBusOptions().setHost("127.0.0.1");
    if (trust != null) {
      text = text.replace("<TCP ", "<TCP " + tls(folder, trust) + " ");
      bus.setSsl(true)
          .setTrustAll(false)
          .setClientAuth(ClientAuth.REQUIRED)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(trust.pair().certificate().toString())
                  .setKeyPath(trust.pair().key().toString()))
          .setTrustOptions(
              new PemTrustOptions().addCertPath(trust.authority().authority().toString()));
    }
    Files.writeString(file, text);
    System.setProperty("holdfast.cluster.port", String.valueOf(ManagerProcess.freePort()));
    System.setProperty("holdfast.cluster.members", "127.0.0.1[" + managerPort + "]");
    DefaultCacheManager caches = new DefaultCacheManager(file.toString());
    InfinispanClusterManager cluster = new InfinispanClusterManager(caches);
    Vertx vertx =
        get(
            Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(bus))
                .withClusterManager(cluster)
                .buildClustered());
    return new ClusterMember(vertx, caches, cluster);
  }

  /** Leaves what a merge leaves of a member that died meanwhile: its registration of an address. */
  void leaveGhost(String address) throws Exception {
    Promise<Void> registered = Promise.promise();
    cluster.addRegistration(address, new RegistrationInfo("nobody", 1, false), registered);
    get(registered.future());
  }

  /** The attributes of JGroups' TCP that make members prove who they are. */
  private static String tls(Path folder, Trust trust) throws Exception {
    Path keys = folder.resolve("member-" + System.nanoTime() + ".p12");
    Path authority = folder.resolve("authority-" + System.nanoTime() + ".p12");
    ManagerProcess.run(
        folder,
        ManagerProcess.require("openssl").toString(),
        "pkcs12",
        "-export",
        "-in",
        trust.pair().certificate().toString(),
        "-inkey",
        trust.pair().key().toString(),
        "-out",
        keys.toString(),
        "-passout",
        "pass:changeit");
    ManagerProcess.run(
        folder,
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-importcert",
        "-noprompt",
        "-file",
        trust.authority().authority().toString(),
        "-keystore",
        authority.toString(),
        "-storetype",
        "PKCS12",
        "-storepass",
        "changeit");
    return "tls.enabled=\"true\" tls.client_auth=\"NEED\" tls.keystore_type=\"PKCS12\""
        + " tls.keystore_path=\""
        + keys
        + "\" tls.keystore_password=\"changeit\" tls.truststore_type=\"PKCS12\""
        + " tls.truststore_path=\""
        + authority
        + "\" tls.truststore_password=\"changeit\"";
  }

  /** Two neighbouring ports that are free: for membership, and for messages. */
  static int freePorts() throws IOException {
    int port = ManagerProcess.freePort();
    while (!free(port + 1)) {
      port = ManagerProcess.freePort();
    }
    return port;
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** What makes a manager listen there. */
  static Map<String, String> at(int port) {
    return Map.of("CONFIG_CLUSTER_PORT", String.valueOf(port));
  }

  /** The same, with a certificate of that authority. */
  static Map<String, String> at(int port, TestCertificates authority) throws Exception {
    TestCertificates.Pair pair = authority.issue("manager", "DNS:manager");
    return Map.of(
        "CONFIG_CLUSTER_PORT",
        String.valueOf(port),
        "CONFIG_CLUSTER_CA_FILE",
        authority.authority().toString(),
        "CONFIG_CLUSTER_CERT",
        pair.certificate().toString(),
        "CONFIG_CLUSTER_KEY",
        pair.key().toString());
  }

  /** Asks with a token (none where null). */
  Future<JsonObject> ask(String what, String token, JsonObject question) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(10_000);
    if (token != null) {
      options.addHeader("X-API-Token", token);
    }
    return vertx
        .eventBus()
        .<JsonObject>request("holdfast.config." + what, question, options)
        .map(reply -> reply.body());
  }

  /** Waits until it is answered with that token. */
  void awaitAnswer(String token, Duration patience) {
    await()
        .atMost(patience)
        .ignoreExceptions()
        .until(() -> answer("services", token, new JsonObject()) != null);
  }

  /** The answer. */
  JsonObject answer(String what, String token, JsonObject question) throws Exception {
    return get(ask(what, token, question));
  }

  /** The problem document of a question that fails; its status is held against the code. */
  JsonObject problem(String what, String token, JsonObject question) throws Exception {
    try {
      throw new AssertionError("answered: " + get(ask(what, token, question)));
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof ReplyException reply) || reply.failureCode() < 400) {
        throw e;
      }
      JsonObject problem = new JsonObject(String.valueOf(reply.getMessage()));
      if (problem.getInteger("status") != reply.failureCode()) {
        throw new AssertionError(problem + " with code " + reply.failureCode(), e);
      }
      return problem;
    }
  }

  /** What is published there from now on. */
  List<String> hear(String address) throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    var consumer = vertx.eventBus().consumer(address);
    consumer.handler(message -> heard.add(String.valueOf(message.body())));
    get(consumer.completion());
    return heard;
  }

  /**
   * Answers questions beside the manager, from when the other member's question came here once. A
   * replica may be read before a registration reached it; such a one is registered again.
   */
  MessageConsumer<Object> answerBeside(
      ClusterMember other, String token, String what, Handler<Message<Object>> handler)
      throws Exception {
    String address = "holdfast.config." + what;
    for (int tries = 0; tries < 10; tries++) {
      AtomicBoolean asked = new AtomicBoolean();
      MessageConsumer<Object> consumer = vertx.eventBus().consumer(address);
      consumer.handler(
          message -> {
            asked.set(true);
            handler.handle(message);
          });
      get(consumer.completion());
      for (int i = 0; i < 10 && !asked.get(); i++) {
        other.ask(what, token, new JsonObject());
        Thread.sleep(50);
      }
      if (asked.get()) {
        return consumer;
      }
      get(consumer.unregister());
    }
    throw new NeverAsked(address);
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, SECONDS);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    caches.stop();
  }
}
