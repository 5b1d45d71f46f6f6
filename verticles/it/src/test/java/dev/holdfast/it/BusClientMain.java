package dev.holdfast.it;

import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/**
 * A program that knows the manager over the clustered bus alone, and prints each version it has.
 */
final class BusClientMain {
  private BusClientMain() {}

  /** Folder, the manager's port in the cluster, the client's options as JSON, the service. */
  public static void main(String[] arguments) throws Exception {
    ClusterMember member =
        ClusterMember.join(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    HoldfastClient.create(member.vertx, new HoldfastOptions(new JsonObject(arguments[2])))
        .watch(
            arguments[3],
            false,
            settings -> {
              System.out.println("version " + settings.version());
              System.out.flush();
            });
  }
}
