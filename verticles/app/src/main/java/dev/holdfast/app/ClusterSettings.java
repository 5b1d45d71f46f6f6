package dev.holdfast.app;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster is joined.
 *
 * @param host where membership and messages listen
 * @param port the port of membership; messages use the next
 * @param members where members may be found at the start, each {@code host:port}
 * @param file a configuration of Infinispan in place of the built-in one, or null
 * @param caFile PEM of the authority of all members, or null for a cluster without TLS
 * @param certificate PEM of the certificate to show, or null
 * @param key PEM of its key, or null
 */
record ClusterSettings(
    String host,
    int port,
    List<String> members,
    @Nullable Path file,
    @Nullable Path caFile,
    @Nullable Path certificate,
    @Nullable Path key) {
  private static final Pattern MEMBER = Pattern.compile("[A-Za-z0-9.-]+:[0-9]{1,5}");

  ClusterSettings {
    members = List.copyOf(members);
  }

  static ClusterSettings of(Values values) {
    values.bothOrNeither(Variable.CONFIG_CLUSTER_CERT, Variable.CONFIG_CLUSTER_KEY);
    values.bothOrNeither(Variable.CONFIG_CLUSTER_CERT, Variable.CONFIG_CLUSTER_CA_FILE);
    List<String> members = values.list(Variable.CONFIG_CLUSTER_MEMBERS);
    if (!members.stream().allMatch(member -> MEMBER.matcher(member).matches())) {
      throw StartFailure.configuration(
          Variable.CONFIG_CLUSTER_MEMBERS.name() + ": malformed (expected: host:port,host:port)");
    }
    return new ClusterSettings(
        values.text(Variable.CONFIG_CLUSTER_HOST),
        values.integer(Variable.CONFIG_CLUSTER_PORT, 1, 65_534),
        members,
        values.readableOrNull(Variable.CONFIG_CLUSTER_FILE),
        values.readableOrNull(Variable.CONFIG_CLUSTER_CA_FILE),
        values.readableOrNull(Variable.CONFIG_CLUSTER_CERT),
        values.readableOrNull(Variable.CONFIG_CLUSTER_KEY));
  }

  /** The port of messages. */
  int busPort() {
    return port + 1;
  }

  /** Whether members prove to each other who they are. */
  boolean mutualTls() {
    return key != null;
  }

  /**
   * The host's address.
   *
   * @throws StartFailure where nobody knows it
   */
  InetAddress address() {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw StartFailure.configuration(
          Variable.CONFIG_CLUSTER_HOST.name() + ": not known (expected: an address of this host)");
    }
  }

  /**
   * Refuses what would let strangers in.
   *
   * @throws StartFailure where it leaves loopback without TLS, or listens everywhere
   */
  void check() {
    InetAddress address = address();
    if (address.isAnyLocalAddress()) {
      throw StartFailure.configuration(
          Variable.CONFIG_CLUSTER_HOST.name()
              + ": every address (expected: one that the other members reach)");
    }
    if (!address.isLoopbackAddress() && !mutualTls()) {
      throw StartFailure.configuration(
          Variable.CONFIG_CLUSTER_HOST.name()
              + ": off loopback without TLS (expected: CONFIG_CLUSTER_CA_FILE,"
              + " CONFIG_CLUSTER_CERT and CONFIG_CLUSTER_KEY, or a loopback address)");
    }
  }
}
