package dev.holdfast.app;

import dev.holdfast.backup.BackupVerticle;
import dev.holdfast.model.Times;
import dev.holdfast.mqtt.MqttVerticle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The part of {@link Doctor} that looks at what the manager talks to. */
final class DoctorDoors {
  private static final Duration EXPIRES_SOON = Duration.ofDays(21);

  private final ManagerSettings settings;
  private final Clock clock;
  private final boolean running;
  private final Findings findings;

  DoctorDoors(ManagerSettings settings, Clock clock, boolean running, Findings findings) {
    this.settings = settings;
    this.clock = clock;
    this.running = running;
    this.findings = findings;
  }

  void examine() {
    ports();
    certificate();
    broker();
    replica();
  }

  private void ports() {
    port("port", settings.http().host(), settings.http().port(), "CONFIG_MANAGER_PORT");
    if (settings.mqtt().url() == null) {
      port("broker", "127.0.0.1", settings.mqtt().embeddedPort(), "CONFIG_EMBEDDED_MQTT_PORT");
    }
  }

  private void port(String subject, String host, int port, String variable) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getAllByName(host)[0], port));
      if (running) {
        findings.warning(subject, port + ": free, although a manager holds the files");
      } else {
        findings.ok(subject, port + ": free");
      }
    } catch (IOException e) {
      if (running) {
        findings.ok(subject, port + ": taken, as it should by the running manager");
      } else {
        findings.error(subject, host + ":" + port + ": " + e.getMessage() + " (" + variable + ")");
      }
    }
  }

  private void certificate() {
    Path file = settings.http().tlsCertificate();
    boolean local = settings.http().host().matches("127\\..*|::1|localhost");
    if (file == null) {
      if (!local) {
        findings.warning(
            "tls",
            "none, although "
                + settings.http().host()
                + " is reached by others: CONFIG_MANAGER_TLS_CERT, or a proxy with TLS before it");
      }
      return;
    }
    try (var in = Files.newInputStream(file)) {
      X509Certificate first =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      Duration left = Duration.between(clock.instant(), first.getNotAfter().toInstant());
      if (left.isNegative()) {
        findings.error("tls", file + ": expired on " + first.getNotAfter());
      } else if (left.compareTo(EXPIRES_SOON) < 0) {
        findings.warning("tls", file + ": expires in " + left.toDays() + " days");
      } else {
        findings.ok("tls", file + ": good for " + left.toDays() + " days");
      }
    } catch (IOException | CertificateException e) {
      findings.error("tls", file + ": no certificate in PEM: " + e.getMessage());
    }
  }

  private void broker() {
    ManagerSettings.Mqtt mqtt = settings.mqtt();
    if (mqtt.url() == null) {
      return;
    }
    try (CommandRooms rooms = CommandRooms.none()) {
      rooms.await(MqttVerticle.tryBroker(rooms.vertx(), Bootstrap.mqtt(mqtt)));
      findings.ok("broker", "MQTT_URL: it accepts this manager");
    } catch (RuntimeException e) {
      findings.error("broker", "MQTT_URL: " + reason(e));
    }
  }

  private void replica() {
    BackupVerticle.Options backup = settings.backup();
    if (backup.replica() == null) {
      findings.warning(
          "replica", "none: LITESTREAM_S3_BUCKET or LITESTREAM_REPLICA_URL, see docs/backup.md");
      return;
    }
    String place = backup.replica().describe();
    try (CommandRooms rooms = CommandRooms.none()) {
      Instant newest = rooms.await(BackupVerticle.newest(rooms.vertx(), backup));
      if (newest == null) {
        findings.warning("replica", place + ": answers, and holds no backup yet");
      } else {
        findings.ok("replica", place + ": newest piece " + Times.format(newest));
      }
    } catch (RuntimeException e) {
      findings.error("replica", place + ": " + reason(e));
    }
    try {
      findings.ok("litestream", BackupVerticle.version(backup));
    } catch (IOException e) {
      findings.warning("litestream", e.getMessage() + "; no restore and no rehearsal without it");
    }
  }

  private static String reason(RuntimeException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }
}
