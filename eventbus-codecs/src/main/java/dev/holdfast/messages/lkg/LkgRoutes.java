package dev.holdfast.messages.lkg;

import static dev.holdfast.bus.Route.route;

import dev.holdfast.bus.Route;

/** The questions the last-known-good room answers. */
public final class LkgRoutes {
  /**
   * What the file holds. Fails {@code NOT_FOUND} with the reason where it is not to be believed.
   */
  public static final Route<ReadLkg, LkgContent> READ =
      route("lkg.read", ReadLkg.class, LkgContent.class).within(10_000);

  private LkgRoutes() {}
}
