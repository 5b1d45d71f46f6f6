package dev.holdfast.http;

import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The addresses that requests come from. */
final class Addresses {
  private static final int NETWORK_BYTES = 8;

  private Addresses() {}

  /** The address as a text, for people. */
  static String text(@Nullable SocketAddress remote) {
    return remote == null ? "unknown" : String.valueOf(remote.hostAddress());
  }

  /**
   * What counts as one address: an IPv4 address, or the /64 that an IPv6 address is in, since
   * whoever has one of its addresses has them all.
   */
  static String network(@Nullable SocketAddress remote) {
    String text = text(remote);
    if (text.indexOf(':') < 0) {
      return text;
    }
    try {
      // A literal, so that no name is looked up; what is IPv4 in IPv6's clothes comes out as IPv4.
      InetAddress address = InetAddress.getByName(text);
      return address instanceof Inet6Address
          ? HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES) + "/64"
          : address.getHostAddress();
    } catch (UnknownHostException e) {
      return text;
    }
  }
}
