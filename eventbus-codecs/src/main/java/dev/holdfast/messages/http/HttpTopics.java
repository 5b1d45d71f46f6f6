package dev.holdfast.messages.http;

import static dev.holdfast.bus.Topic.topic;

import dev.holdfast.bus.Topic;

/** What the HTTP room listens to. */
public final class HttpTopics {
  /** The tokens are others now. */
  public static final Topic<TokensChanged> TOKENS =
      topic("http.tokens-changed", TokensChanged.class);

  /** The certificate is another now. */
  public static final Topic<CertificateChanged> CERTIFICATE =
      topic("http.certificate-changed", CertificateChanged.class);

  /** The cluster came together again. */
  public static final Topic<ClusterMerged> MERGED =
      topic("http.cluster-merged", ClusterMerged.class);

  private HttpTopics() {}
}
