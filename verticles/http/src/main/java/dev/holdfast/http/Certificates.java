package dev.holdfast.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/** Reads the certificate and its key, and makes sure that they belong together. */
final class Certificates {
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");
  private static final int CHALLENGE_BYTES = 32;

  private Certificates() {}

  /**
   * Reads both files. Blocks.
   *
   * @throws IllegalArgumentException that names the variable and the file, and nothing of the key
   */
  static PemKeyCertOptions read(Vertx vertx, Path certificate, Path key) {
    PemKeyCertOptions pem =
        new PemKeyCertOptions()
            .setCertValue(bytes("CONFIG_MANAGER_TLS_CERT", certificate))
            .setKeyValue(bytes("CONFIG_MANAGER_TLS_KEY", key));
    boolean match;
    try {
      match = match(vertx, pem);
    } catch (Exception e) { // what the readers of PEM files throw is of many kinds
      throw new IllegalArgumentException(
          "CONFIG_MANAGER_TLS_CERT, CONFIG_MANAGER_TLS_KEY: %s, %s: not readable (expected: PEM, an RSA or EC key in PKCS#8)"
              .formatted(certificate, key));
    }
    if (!match) {
      throw new IllegalArgumentException(
          "CONFIG_MANAGER_TLS_KEY: %s is not the key of %s (expected: a pair that belongs together)"
              .formatted(key, certificate));
    }
    return pem;
  }

  private static Buffer bytes(String variable, Path file) {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          variable + ": " + file + " cannot be read (expected: a PEM file)");
    }
  }

  /** Whether the public key verifies what the private one signs. */
  private static boolean match(Vertx vertx, PemKeyCertOptions pem) throws Exception {
    for (KeyManager manager : pem.getKeyManagerFactory(vertx).getKeyManagers()) {
      for (String algorithm : SIGNATURES.keySet()) {
        X509KeyManager keys = (X509KeyManager) manager;
        String[] aliases = keys.getServerAliases(algorithm, null);
        if (aliases != null && aliases.length > 0) {
          X509Certificate[] chain = keys.getCertificateChain(aliases[0]);
          return match(algorithm, chain[0].getPublicKey(), keys.getPrivateKey(aliases[0]));
        }
      }
    }
    throw new GeneralSecurityException("no key of a known kind");
  }

  private static boolean match(String algorithm, PublicKey publicKey, PrivateKey privateKey)
      throws GeneralSecurityException {
    if (!algorithm.equals(privateKey.getAlgorithm())) {
      return false;
    }
    byte[] challenge = new byte[CHALLENGE_BYTES];
    new SecureRandom().nextBytes(challenge);
    Signature signature = Signature.getInstance(SIGNATURES.get(algorithm));
    signature.initSign(privateKey);
    signature.update(challenge);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(challenge);
    return signature.verify(signed);
  }
}
