package dev.holdfast.messages.http;

/**
 * The manager and members of its cluster found each other again after they had been apart. What
 * either side knew of the other's addresses may be lost.
 */
public record ClusterMerged() implements HttpMessage {}
