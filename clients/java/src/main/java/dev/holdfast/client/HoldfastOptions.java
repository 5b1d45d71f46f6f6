package dev.holdfast.client;

import dev.holdfast.model.Names;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a client reaches its manager, and what it keeps. Only the public keys are a must; without URL
 * and broker it lives on its last-known-good copy and the defaults.
 *
 * <p>Setters check what they are given and throw {@code IllegalArgumentException} that names the
 * option and the legal form, never a secret.
 */
public final class HoldfastOptions {
  /** The legal form of an instance's name. */
  static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private static final int KEY_BYTES = 32;

  private @Nullable URI url;
  private @Nullable String token;
  private @Nullable String publicKeys;
  private @Nullable String mqttUrl;
  private @Nullable Boolean sse;
  private boolean bus;
  private @Nullable String busToken;
  private @Nullable Path caFile;
  private @Nullable Path cacheFolder;
  private byte @Nullable [] cacheKey;
  private String instance = Variables.hostName();
  private boolean required;
  private boolean registerSchemas;
  private long startMillis = 2_000;
  private long refreshMillis = 60_000;

  /** Nothing set. */
  public HoldfastOptions() {}

  /**
   * Reads the members {@code url, token, publicKeys, mqttUrl, sse, bus, busToken, caFile,
   * cacheFolder, cacheKey, instance, required, registerSchemas, startMillis, refreshMillis}; others
   * are left alone.
   */
  public HoldfastOptions(JsonObject json) {
    JsonOptions.read(json, this);
  }

  /**
   * Reads {@code HOLDFAST_URL, HOLDFAST_TOKEN, HOLDFAST_PUBLIC_KEY, HOLDFAST_MQTT_URL,
   * HOLDFAST_SSE, HOLDFAST_BUS, HOLDFAST_BUS_TOKEN, HOLDFAST_CA_FILE, HOLDFAST_CACHE_DIR,
   * HOLDFAST_CACHE_KEY_BASE64, HOLDFAST_INSTANCE, HOLDFAST_REQUIRED, HOLDFAST_REGISTER_SCHEMAS}.
   * Blank counts as unset. Tokens, broker URL and the two keys may also stand in a file that {@code
   * …_FILE} names; such a file is read here, so this may block for a moment.
   */
  public static HoldfastOptions fromEnv(Map<String, String> environment) {
    return new HoldfastOptions(Variables.read(environment));
  }

  /** The manager's address, such as {@code http://127.0.0.1:8081}; null: not over REST. */
  public @Nullable URI getUrl() {
    return url;
  }

  /** {@code http://} or {@code https://} with host and, if it is not the usual, port. */
  public HoldfastOptions setUrl(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "url: not a URL (expected: http:// or https:// host[:port])", e);
    }
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    boolean bare = uri.getPath().isEmpty() || uri.getPath().equals("/");
    if (!web || uri.getHost() == null || uri.getUserInfo() != null || !bare) {
      throw new IllegalArgumentException(
          "url: not the address of a manager (expected: http:// or https:// host[:port])");
    }
    this.url = uri;
    return this;
  }

  /** The token, or null. */
  @Nullable String getToken() {
    return token;
  }

  /** A token with the role {@code config.read}, or {@code config.secrets} to read secrets. */
  public HoldfastOptions setToken(String text) {
    this.token = checkedToken("token", text);
    return this;
  }

  /** The keys. Fails {@code IllegalArgumentException} where none were set. */
  PublicKeys publicKeys() {
    return PublicKeys.ofPem(publicKeys == null ? "" : publicKeys);
  }

  /** One or more Ed25519 public keys in PEM: by any of them an update may be signed. */
  public HoldfastOptions setPublicKeys(String pem) {
    PublicKeys.ofPem(pem);
    this.publicKeys = pem;
    return this;
  }

  /** The broker, or null. */
  @Nullable BrokerUrl getBroker() {
    return mqttUrl == null ? null : BrokerUrl.of(mqttUrl);
  }

  /** {@code mqtt://} or {@code mqtts://[user:password@]host[:port]}. */
  public HoldfastOptions setMqttUrl(String text) {
    BrokerUrl.of(text);
    this.mqttUrl = text;
    return this;
  }

  /** Whether updates come as server-sent events. */
  public boolean isSse() {
    return url != null && (sse == null ? mqttUrl == null && !bus : sse);
  }

  /** Unset: only where there is a URL, and neither a broker nor the event bus. */
  public HoldfastOptions setSse(boolean on) {
    this.sse = on;
    return this;
  }

  /** Whether the manager is asked, and heard, over the clustered event bus. */
  public boolean isBus() {
    return bus;
  }

  /** Unset: false. Needs a Vert.x instance that is in the manager's cluster. */
  public HoldfastOptions setBus(boolean on) {
    this.bus = on;
    return this;
  }

  /** The token for the event bus, or null. */
  @Nullable String getBusToken() {
    return busToken == null ? token : busToken;
  }

  /**
   * Unset: the one of REST. Any member may answer in the manager's place and so see it: let it be
   * one that may only read.
   */
  public HoldfastOptions setBusToken(String text) {
    this.busToken = checkedToken("busToken", text);
    return this;
  }

  /** PEM of the only authorities that count for {@code https} and {@code mqtts}, or null. */
  public @Nullable Path getCaFile() {
    return caFile;
  }

  /** Unset: the authorities of the Java platform. */
  public HoldfastOptions setCaFile(Path file) {
    this.caFile = file;
    return this;
  }

  /** Where the last-known-good copies lie, a file a service; null: none are kept. */
  public @Nullable Path getCacheFolder() {
    return cacheFolder;
  }

  /** Made (0700) where it does not exist. Give each program a folder of its own. */
  public HoldfastOptions setCacheFolder(Path folder) {
    this.cacheFolder = folder;
    return this;
  }

  /** The key for secrets in the copy; null: secrets are not kept. */
  byte @Nullable [] getCacheKey() {
    return cacheKey == null ? null : cacheKey.clone();
  }

  /** 32 bytes in base64, this program's own: secrets are kept sealed under it (AES-256-GCM). */
  public HoldfastOptions setCacheKey(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      bytes = new byte[0];
    }
    if (bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException("cacheKey: malformed (expected: 32 bytes in base64)");
    }
    this.cacheKey = bytes;
    return this;
  }

  /** Who this is in the fleet's ledger. */
  public String getInstance() {
    return instance;
  }

  /** Unset: the name of the host. Set it where several copies of a service share a host. */
  public HoldfastOptions setInstance(String name) {
    if (!INSTANCE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "instance: " + Names.printable(name) + " (expected: " + INSTANCE + ")");
    }
    this.instance = name;
    return this;
  }

  /** Whether to fail where there is neither a manager nor a copy, instead of taking defaults. */
  public boolean isRequired() {
    return required;
  }

  /** Unset: false. */
  public HoldfastOptions setRequired(boolean on) {
    this.required = on;
    return this;
  }

  /** Whether the schema of each record is registered when it is first asked for. */
  public boolean isRegisterSchemas() {
    return registerSchemas;
  }

  /** Unset: false. Needs a token with {@code config.schema} or {@code config.write}. */
  public HoldfastOptions setRegisterSchemas(boolean on) {
    this.registerSchemas = on;
    return this;
  }

  /** How long the first answer may take before the copy or the defaults stand in. */
  public long getStartMillis() {
    return startMillis;
  }

  /** 1 to 600000; unset: 2000. */
  public HoldfastOptions setStartMillis(long millis) {
    this.startMillis = within("startMillis", millis, 1, 600_000);
    return this;
  }

  /** How often the manager is asked even though updates are pushed. */
  public long getRefreshMillis() {
    return refreshMillis;
  }

  /** 100 to 86400000; unset: 60000. */
  public HoldfastOptions setRefreshMillis(long millis) {
    this.refreshMillis = within("refreshMillis", millis, 100, 86_400_000);
    return this;
  }

  @Override
  public String toString() {
    return "HoldfastOptions[" + (url == null ? "no manager" : url) + ", " + instance + "]";
  }

  private static String checkedToken(String name, String text) {
    if (!text.matches("[\\x21-\\x7e]{1,512}")) {
      throw new IllegalArgumentException(
          name + ": malformed (expected: 1 to 512 visible ASCII characters)");
    }
    return text;
  }

  private static long within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + least + " to " + most + ")");
    }
    return value;
  }
}
