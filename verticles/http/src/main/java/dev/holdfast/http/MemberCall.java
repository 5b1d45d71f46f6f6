package dev.holdfast.http;

import java.util.Set;

/** Every public address that members of a cluster may ask, and the call of REST that it is. */
enum MemberCall {
  GET("get", Call.GET_SERVICE),
  SERVICES("services", Call.LIST_SERVICES),
  PUT("put", Call.PUT_SERVICE),
  PATCH("patch", Call.PATCH_SERVICE),
  DELETE("delete", Call.DELETE_SERVICE),
  SEARCH("search", Call.SEARCH),
  HISTORY("history", Call.HISTORY);

  /** Where an instance tells what it did with a version. */
  static final String REPORT = "holdfast.config.report";

  private static final String PREFIX = "holdfast.config.";
  private static final Set<String> BODY_OF_PUT = Set.of("service", "config", "version", "reason");

  private final String word;
  private final Call call;

  MemberCall(String word, Call call) {
    this.word = word;
    this.call = call;
  }

  /** Where it is asked. */
  String address() {
    return PREFIX + word;
  }

  /** Where a service's signed states are published. */
  static String changed(String service) {
    return PREFIX + "changed." + service;
  }

  /** The call of REST. */
  Call call() {
    return call;
  }

  /** Whether that member of a question stands in REST's body; the others are parameters. */
  boolean inBody(String member) {
    return this == SEARCH || (this == PUT && BODY_OF_PUT.contains(member));
  }
}
