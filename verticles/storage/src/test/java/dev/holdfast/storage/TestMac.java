package dev.holdfast.storage;

import dev.holdfast.model.AuditMac;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Real HMACs under keys that are their ids; the first one is the present one. */
record TestMac(List<String> keys) implements AuditMac {
  static TestMac of(String... keys) {
    return new TestMac(List.of(keys));
  }

  @Override
  public String keyId() {
    return keys.get(0);
  }

  @Override
  public String mac(String keyId, String text) {
    if (!keys.contains(keyId)) {
      return null;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(keyId.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
