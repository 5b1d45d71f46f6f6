package dev.holdfast.client;

import io.vertx.core.Future;

/** A way that updates are pushed. It comes back by itself when it was cut. */
interface Link {
  /** What a link tells. */
  interface Listener {
    /** A payload came for that service: nothing about it is checked yet. */
    void pushed(String service, byte[] payload, Origin origin);

    /** Something may have been missed: the manager is to be asked for everything. */
    void missed(String why);
  }

  /** Begins to listen for a service, too. */
  void follow(String service);

  /** Tells the manager how this instance stands; fails where the link is cut. */
  Future<Void> report(Report report);

  Future<Void> close();
}
