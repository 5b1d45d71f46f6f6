package dev.holdfast.messages.http;

/** The files of the certificate or its key were replaced: read them again. */
public record CertificateChanged() implements HttpMessage {}
