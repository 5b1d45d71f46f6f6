package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.MemberBus;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.fleet.FleetRoutes;
import dev.holdfast.messages.fleet.InstanceReported;
import dev.holdfast.messages.fleet.ReportForm;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The door for other members of a cluster: registers every public address. One for the whole
 * manager, on one event loop, so that the questions of one member are taken in order.
 */
final class BusDoor {
  /** More than that under way at once are refused, so that a flood does not fill the memory. */
  private static final int MOST_UNDER_WAY = 256;

  private final MemberBus members;
  private final Bus bus;
  private final MemberAnswers answers;
  private final boolean guarded;
  private int underWay;

  BusDoor(MemberBus members, Bus bus, MemberAnswers answers, boolean guarded) {
    this.members = members;
    this.bus = bus;
    this.answers = answers;
    this.guarded = guarded;
  }

  /** Takes questions; registers anew where it did already. Done when the members know where. */
  Future<Void> open() {
    return members.anew(this::register);
  }

  private Future<Void> register() {
    List<Future<Void>> open = new ArrayList<>();
    for (MemberCall call : MemberCall.values()) {
      open.add(
          members.serve(
              call.address(),
              question ->
                  bounded(
                      () ->
                          answers.answer(
                              question, asked -> MemberQuestion.of(asked, call, guarded)))));
    }
    open.add(members.serve(MemberCall.REPORT, question -> bounded(() -> reported(question))));
    return Future.all(open).mapEmpty();
  }

  /** Takes no more. */
  Future<Void> close() {
    return members.close();
  }

  /** Tells every member of a service's newest signed state or tombstone. */
  void publish(String service, String signed) {
    members.publish(MemberCall.changed(service), signed);
  }

  private Future<MemberBus.Answer> bounded(Supplier<Future<MemberBus.Answer>> answer) {
    if (underWay >= MOST_UNDER_WAY) {
      return Future.succeededFuture(
          new MemberBus.Answer(
              503,
              Problems.of(503, "too many questions at once (expected: a later try)", "none")
                  .body()
                  .toString()));
    }
    underWay++;
    return answer.get().onComplete(done -> underWay--);
  }

  private Future<MemberBus.Answer> reported(MemberBus.Question question) {
    Function<Exchange, Future<Reply>> tell =
        exchange -> {
          bus.publish(FleetRoutes.REPORTED, report(MemberQuestion.object(question)));
          return Future.succeededFuture(Reply.json(new JsonObject().put("success", true)));
        };
    return answers.answer(question, asked -> MemberQuestion.report(asked, guarded), tell);
  }

  private static InstanceReported report(JsonObject members) {
    Buffer text = members.toBuffer();
    if (text.length() > ReportForm.MAX_BYTES) {
      throw BusFailure.of(
          FailureCode.TOO_LARGE,
          "the report is too large (expected: at most " + ReportForm.MAX_BYTES + " bytes)");
    }
    return ReportForm.read(
        String.valueOf(members.getValue("service")),
        String.valueOf(members.getValue("instance")),
        StrictJson.object(text.getBytes()),
        InstanceReported.BUS);
  }
}
