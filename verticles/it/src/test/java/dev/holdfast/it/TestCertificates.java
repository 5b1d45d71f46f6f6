package dev.holdfast.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of the test's own, made with openssl, as an operator would. */
final class TestCertificates {
  private static final String EC = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

  private final Path folder;
  private final String name;

  /** Makes the authority. */
  TestCertificates(Path folder, String name) throws Exception {
    this.folder = folder;
    this.name = name;
    openssl(
        "req -x509 " + EC + " -days 2 -subj /CN=ISSUER -keyout ISSUER.key -out ISSUER.pem", name);
  }

  /** A certificate with its key. */
  record Pair(Path certificate, Path key) {}

  Path authority() {
    return folder.resolve(name + ".pem");
  }

  /** Issues one. {@code san} is such as {@code IP:127.0.0.1,DNS:localhost}. */
  Pair issue(String file, String san) throws Exception {
    openssl("req " + EC + " -subj /CN=FILE -keyout FILE.key -out FILE.csr", file);
    Files.writeString(folder.resolve(file + ".ext"), "subjectAltName=" + san + "\n");
    openssl(
        "x509 -req -in FILE.csr -CA ISSUER.pem -CAkey ISSUER.key"
            + " -days 2 -extfile FILE.ext -out FILE.pem",
        file);
    return new Pair(folder.resolve(file + ".pem"), folder.resolve(file + ".key"));
  }

  private void openssl(String command, String file) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(ManagerProcess.require("openssl").toString());
    for (String word : command.split(" ", -1)) {
      words.add(word.replace("FILE", file).replace("ISSUER", name));
    }
    ManagerProcess.run(folder, words.toArray(String[]::new));
  }

  static X509Certificate read(Path pem) throws Exception {
    try (var in = Files.newInputStream(pem)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  /** Trusts this authority alone. */
  SSLContext trusting() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", read(authority()));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
