package dev.holdfast.messages.http;

import java.util.List;

/**
 * The tokens are others now. Whoever got in by one that is gone is shown out.
 *
 * @param entries of {@code CONFIG_API_TOKENS}, checked
 */
public record TokensChanged(List<String> entries) implements HttpMessage {
  public TokensChanged {
    entries = List.copyOf(entries);
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "TokensChanged[" + entries.size() + "]";
  }
}
