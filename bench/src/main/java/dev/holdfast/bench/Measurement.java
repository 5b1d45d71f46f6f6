package dev.holdfast.bench;

import java.util.List;

/** One part of the table. Fails where an answer was wrong: then there is no figure. */
interface Measurement {
  List<Row> run(Bench bench) throws Exception;
}
