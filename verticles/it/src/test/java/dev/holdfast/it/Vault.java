package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The calls that concern secrets, and a look at their rows. */
final class Vault {
  static final String MASK = "********";
  private static final String SERVICES = "/api/config/services/";

  private Vault() {}

  static HttpResponse<String> put(ManagerProcess manager, String service, String key, String value)
      throws IOException, InterruptedException {
    return manager.call(
        "PUT", path(service, key), manager.admin(), new JsonObject().put("value", value).encode());
  }

  static HttpResponse<String> delete(ManagerProcess manager, String service, String key)
      throws IOException, InterruptedException {
    return manager.call("DELETE", path(service, key), manager.admin(), null);
  }

  /** Asks with a token; without a reason where that is null. */
  static HttpResponse<String> reveal(
      ManagerProcess manager, String token, String service, String key, String reason)
      throws IOException, InterruptedException {
    return manager.call(
        "POST",
        path(service, key) + "/reveal",
        token,
        reason == null ? "{}" : new JsonObject().put("reason", reason).encode());
  }

  /** The service's settings as a token reads them. */
  static JsonObject config(ManagerProcess manager, String token, String service)
      throws IOException, InterruptedException {
    return ok(manager.call("GET", SERVICES + service, token, null)).getJsonObject("config");
  }

  static long version(ManagerProcess manager, String service)
      throws IOException, InterruptedException {
    return manager.service(service).getLong("version");
  }

  /** How secrets and keys stand, by the health detail. */
  static JsonObject status(ManagerProcess manager) throws IOException, InterruptedException {
    return ok(manager.get("/api/config/health?detail=true"))
        .getJsonObject("detail")
        .getJsonObject("secrets");
  }

  static String path(String service, String key) {
    return SERVICES + service + "/secrets/" + key;
  }

  /** The body of what must be a success. */
  static JsonObject ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new JsonObject(response.body());
  }

  /** The first column of what a question to the database finds, as texts. */
  static List<String> select(Path database, String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:file:" + database + "?mode=ro");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  /** Changes the database of a manager that is stopped; gives how many rows. */
  static int execute(Path database, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }
}
