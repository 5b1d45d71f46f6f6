package dev.holdfast.http;

import dev.holdfast.messages.settings.ChangeResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Answers accepted changes; each is in the read model before it is answered. */
final class Changes {
  private final ReadModel model;

  Changes(ReadModel model) {
    this.model = model;
  }

  /** Takes over what changed. */
  void apply(ChangeResult done) {
    model.apply(done.event());
  }

  /** The reply for a change of that service; of a dry run with the differences. */
  Reply reply(Exchange exchange, ChangeResult done) {
    JsonObject json =
        new JsonObject()
            .put("success", true)
            .put("version", done.version())
            .put("config_epoch", done.epoch())
            .put("message", done.message());
    if (exchange.flag("dry_run")) {
      JsonArray differences = new JsonArray();
      done.differences()
          .forEach(
              each ->
                  differences.add(
                      new JsonObject()
                          .put("key", each.key())
                          .put("old_value", each.oldValue())
                          .put("new_value", each.newValue())));
      return Reply.json(json.put("dry_run", true).put("diff", differences));
    }
    ServiceDocument now = model.get(exchange.service());
    Reply reply = Reply.json(json);
    return now != null && now.snapshot().version() == done.version()
        ? reply.with("etag", now.fullTag())
        : reply;
  }
}
