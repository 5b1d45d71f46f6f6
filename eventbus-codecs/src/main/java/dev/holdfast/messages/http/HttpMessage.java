package dev.holdfast.messages.http;

/** A message of the HTTP room. */
public sealed interface HttpMessage permits CertificateChanged, ClusterMerged, TokensChanged {}
