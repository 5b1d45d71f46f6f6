package dev.holdfast.app;

import dev.holdfast.crypto.CryptoVerticle;
import dev.holdfast.files.Reasons;
import dev.holdfast.health.HealthVerticle;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.AuditReport;
import dev.holdfast.messages.storage.SecretsReport;
import dev.holdfast.model.AuditMac;
import dev.holdfast.storage.StorageVerticle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the rooms themselves, which can read their files without being started. */
final class OfflineRooms implements Offline {
  @Override
  public Secrets secrets(Path database) {
    SecretsReport report = StorageVerticle.secretsReport(database);
    return new Secrets(report.secrets(), report.unusedSince());
  }

  @Override
  public Audit audit(Path database, Path epochFile, Map<String, String> values) {
    AuditMac mac = CryptoVerticle.auditMac(Bootstrap.crypto(values));
    @Nullable AuditHead head = null;
    @Nullable String recorded = null;
    try {
      head = HealthVerticle.recordedAuditHead(epochFile);
    } catch (IOException e) {
      recorded = Reasons.of(e);
    } catch (IllegalArgumentException e) {
      recorded = String.valueOf(e.getMessage());
    }
    AuditReport report = StorageVerticle.verifyAudit(database, mac, head);
    return new Audit(
        report.verified(), report.unknownKeys(), report.beforeChain(), report.fault(), recorded);
  }
}
