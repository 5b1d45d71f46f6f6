package dev.holdfast.app;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.http.ClusterMerged;
import dev.holdfast.messages.http.HttpTopics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.infinispan.configuration.global.TransportConfigurationBuilder;
import org.infinispan.configuration.parsing.ConfigurationBuilderHolder;
import org.infinispan.configuration.parsing.ParserRegistry;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.util.SocketFactory;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;

/**
 * A Vert.x instance that is a member of a cluster: membership by Infinispan on one port, messages
 * on the next. With certificates both take only members of the same authority, and encrypt.
 *
 * <p>Only it and what stands around {@link Membership} touch Infinispan, so that a start without a
 * cluster loads none of it.
 */
final class ClusterBus {
  /** From the next one on there is no {@code Subject.getSubject}, which Infinispan 14 calls. */
  private static final int NEWEST_JAVA = 23;

  private static final String BUILT_IN = "conf/cluster/infinispan.xml";

  private ClusterBus() {}

  /**
   * Joins; the instance leaves when it is closed. Fails with a {@link StartFailure} for what the
   * settings are to blame for.
   *
   * @param helper reads the PEM files, joins and leaves on threads of its own; stays open
   */
  static Future<Vertx> join(Vertx helper, ClusterSettings settings) {
    int java = Runtime.version().feature();
    if (java > NEWEST_JAVA) {
      return Future.failedFuture(
          StartFailure.configuration(
              "run --cluster: Java %d (expected: 17 to %d, for the library of the cluster)"
                  .formatted(java, NEWEST_JAVA)));
    }
    // Off the helper's contexts, which are none of the new instance's.
    return Future.fromCompletionStage(
            CompletableFuture.supplyAsync(() -> new Membership(helper, starter(helper, settings)))
                .thenCompose(membership -> build(settings, membership)))
        .recover(failure -> Future.failedFuture(told(settings, failure)));
  }

  private static CompletionStage<Vertx> build(ClusterSettings settings, Membership membership) {
    return builder(settings, membership)
        .buildClustered()
        .onSuccess(
            vertx ->
                Reunion.attend(
                    vertx,
                    membership,
                    () -> new Bus(vertx).publish(HttpTopics.MERGED, new ClusterMerged())))
        .toCompletionStage();
  }

  private static VertxBuilder builder(ClusterSettings settings, Membership membership) {
    EventBusOptions bus =
        new EventBusOptions()
            .setHost(settings.host())
            .setPort(settings.busPort())
            .setClusterPublicHost(settings.host())
            .setReconnectAttempts(5)
            .setReconnectInterval(200);
    if (settings.mutualTls()) {
      bus.setSsl(true)
          .setTrustAll(false)
          .setClientAuth(ClientAuth.REQUIRED)
          .setKeyCertOptions(pair(settings))
          .setTrustOptions(authority(settings));
    }
    return Vertx.builder()
        .with(Loops.options().setEventBusOptions(bus))
        .withClusterManager(membership);
  }

  /** What is in a cluster: under the same name each time. */
  private static Function<Set<String>, DefaultCacheManager> starter(
      Vertx helper, ClusterSettings settings) {
    String name = "manager-" + UUID.randomUUID();
    return hosts -> {
      ConfigurationBuilderHolder holder = configuration(settings, hosts);
      TransportConfigurationBuilder transport = holder.getGlobalConfigurationBuilder().transport();
      transport.nodeName(name);
      if (settings.mutualTls()) {
        transport.addProperty(JGroupsTransport.SOCKET_FACTORY, sockets(helper, settings));
      }
      return new DefaultCacheManager(holder, true);
    };
  }

  private static ConfigurationBuilderHolder configuration(
      ClusterSettings settings, Set<String> hosts) {
    Properties properties = new Properties();
    properties.putAll(System.getProperties());
    String host = settings.address().getHostAddress();
    properties.setProperty("holdfast.cluster.host", host);
    properties.setProperty("holdfast.cluster.port", String.valueOf(settings.port()));
    properties.setProperty(
        "holdfast.cluster.members",
        hosts.isEmpty() ? members(settings, host) : String.join(",", hosts));
    ClassLoader loader = ClusterBus.class.getClassLoader();
    Path own = settings.file();
    try {
      URL source =
          own == null
              ? Objects.requireNonNull(loader.getResource(BUILT_IN), BUILT_IN)
              : own.toUri().toURL();
      return new ParserRegistry(loader, false, properties).parse(source);
    } catch (IOException | RuntimeException e) {
      throw StartFailure.configuration(
          Variable.CONFIG_CLUSTER_FILE.name()
              + ": "
              + first(e)
              + " (expected: an Infinispan configuration)");
    }
  }

  /** As JGroups writes them: {@code host[port]}; the manager itself where none are named. */
  private static String members(ClusterSettings settings, String host) {
    return settings.members().isEmpty()
        ? host + "[" + settings.port() + "]"
        : settings.members().stream()
            .map(
                member ->
                    member.substring(0, member.lastIndexOf(':'))
                        + "["
                        + member.substring(member.lastIndexOf(':') + 1)
                        + "]")
            .collect(Collectors.joining(","));
  }

  private static SocketFactory sockets(Vertx helper, ClusterSettings settings) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          pair(settings).getKeyManagerFactory(helper).getKeyManagers(),
          authority(settings).getTrustManagerFactory(helper).getTrustManagers(),
          null);
      return new TLS().enabled(true).setClientAuth(TLSClientAuth.NEED).createSocketFactory(context);
    } catch (Exception e) {
      throw StartFailure.configuration(
          "CONFIG_CLUSTER_CA_FILE, CONFIG_CLUSTER_CERT, CONFIG_CLUSTER_KEY: not usable"
              + " (expected: PEM of an authority, of a certificate it issued, of its key)");
    }
  }

  private static PemKeyCertOptions pair(ClusterSettings settings) {
    return new PemKeyCertOptions()
        .setCertPath(String.valueOf(settings.certificate()))
        .setKeyPath(String.valueOf(settings.key()));
  }

  private static PemTrustOptions authority(ClusterSettings settings) {
    return new PemTrustOptions().addCertPath(String.valueOf(settings.caFile()));
  }

  private static StartFailure told(ClusterSettings settings, Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return told(settings, failure.getCause());
    }
    if (failure instanceof StartFailure start) {
      return start;
    }
    return StartFailure.configuration(
        "the cluster cannot be joined from "
            + settings.host()
            + ":"
            + settings.port()
            + " and "
            + settings.busPort()
            + ": "
            + first(failure)
            + " (expected: CONFIG_CLUSTER_HOST is an address of this host, and both ports free)");
  }

  /** The innermost cause says most. */
  private static String first(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause.getCause() != null && depth < 20; depth++) {
      cause = cause.getCause();
    }
    return List.of(String.valueOf(cause.getMessage()).split("\n", -1)).get(0);
  }
}
