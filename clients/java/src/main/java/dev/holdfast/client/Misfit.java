package dev.holdfast.client;

import java.util.List;

/** Settings that a record cannot take. Its message names each key, what is wrong and what fits. */
final class Misfit extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 5;

  Misfit(List<String> faults) {
    super(String.join("; ", faults.subList(0, Math.min(faults.size(), SHOWN))));
  }
}
