package dev.holdfast.app;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.protocols.FlowControl;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;
import org.jgroups.stack.ProtocolStack;
import org.jgroups.util.MessageBatch;
import org.jspecify.annotations.Nullable;

/**
 * Tells a manager that it and others are apart, and takes no part in a merge of the two clusters:
 * the caches of Infinispan come out of one with different contents on either side, while a member
 * that joins takes over what the others hold. Stands below the protocol that would merge.
 */
final class Neighbours extends Protocol {
  private final AtomicReference<Set<String>> apart = new AtomicReference<>(Set.of());
  private final JChannel channel;
  private final short membershipId;

  private Neighbours(JChannel channel, short membershipId) {
    this.channel = channel;
    this.membershipId = membershipId;
  }

  /** Those of a cluster just joined. */
  static Neighbours of(DefaultCacheManager caches) {
    JChannel channel = ((JGroupsTransport) caches.getTransport()).getChannel();
    Protocol membership = channel.getProtocolStack().findProtocol(GMS.class);
    if (membership == null) {
      throw StartFailure.configuration(
          Variable.CONFIG_CLUSTER_FILE.name() + ": without pbcast.GMS (expected: one)");
    }
    Neighbours made = new Neighbours(channel, membership.getId());
    channel
        .getProtocolStack()
        .insertProtocolInStack(made, membership, ProtocolStack.Position.BELOW);
    return made;
  }

  /**
   * Where those listen whom it is apart from, or was until others merged, as heard since last
   * asked: each {@code host[port]}, as JGroups writes it. Empty if none.
   */
  Set<String> apart() {
    return apart.getAndSet(Set.of());
  }

  /**
   * From now on nothing waits for credits of a member, and whoever does goes on: those that this
   * manager is apart from give none.
   */
  void letGo() {
    channel.getProtocolStack().getProtocols().stream()
        .filter(FlowControl.class::isInstance)
        .forEach(Protocol::stop);
  }

  @Override
  public @Nullable Object up(Event event) {
    if (event.getType() == Event.MERGE) {
      Map<Address, View> views = event.getArg();
      if (concerns(views)) {
        apart.set(
            addresses(
                views.values().stream().flatMap(view -> view.getMembers().stream()).toList()));
      }
      return null;
    }
    return up_prot.up(event);
  }

  /** Members merged the halves where another of them speaks for this one. */
  @Override
  public @Nullable Object down(Event event) {
    if (event.getType() == Event.VIEW_CHANGE && event.getArg() instanceof MergeView merged) {
      apart.set(addresses(merged.getMembers()));
    }
    return down_prot.down(event);
  }

  @Override
  public @Nullable Object up(Message message) {
    return asksToMerge(message) ? null : up_prot.up(message);
  }

  @Override
  public void up(MessageBatch batch) {
    batch.removeIf(this::asksToMerge, true);
    if (!batch.isEmpty()) {
      up_prot.up(batch);
    }
  }

  private boolean asksToMerge(Message message) {
    GMS.GmsHeader header = message.getHeader(membershipId);
    if (header == null || header.getType() != GMS.GmsHeader.MERGE_REQ) {
      return false;
    }
    apart.set(addresses(List.of(message.getSrc())));
    return true;
  }

  /**
   * Whether it is this manager's to come to the others: it speaks for its half, or another member
   * of its half believes that it is gone.
   */
  private boolean concerns(Map<Address, View> views) {
    View own = channel.getView();
    return own.getCoord().equals(channel.getAddress())
        || views.entrySet().stream()
            .anyMatch(
                entry ->
                    own.containsMember(entry.getKey())
                        && !entry.getValue().containsMember(channel.getAddress()));
  }

  private Set<String> addresses(Collection<Address> members) {
    return members.stream()
        .filter(member -> !member.equals(channel.getAddress()))
        .map(
            member -> channel.getProtocolStack().getTransport().getPhysicalAddressFromCache(member))
        .filter(IpAddress.class::isInstance)
        .map(IpAddress.class::cast)
        .map(address -> address.getIpAddress().getHostAddress() + "[" + address.getPort() + "]")
        .collect(Collectors.toSet());
  }
}
