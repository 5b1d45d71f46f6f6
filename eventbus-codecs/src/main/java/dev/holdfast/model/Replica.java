package dev.holdfast.model;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the replica of the database is. */
public sealed interface Replica {
  /** The same for a person; holds no credential. */
  String describe();

  /**
   * A folder of this machine.
   *
   * @param path absolute
   */
  public record Folder(Path path) implements Replica {
    @Override
    public String describe() {
      return "file://" + path;
    }
  }

  /**
   * A bucket of an S3-compatible store.
   *
   * @param endpoint where it answers, or null for Amazon's own
   * @param region its region
   * @param name the bucket
   * @param path the folder in it, without slashes at its ends; may be empty
   * @param accessKey the id of the credentials, or null for none
   * @param secretKey the credentials, or null for none
   */
  public record Bucket(
      @Nullable URI endpoint,
      String region,
      String name,
      String path,
      @Nullable SecretValue accessKey,
      @Nullable SecretValue secretKey)
      implements Replica {
    @Override
    public String describe() {
      return "s3://" + name + (path.isEmpty() ? "" : "/" + path);
    }

    /** The bucket itself, as a path under the endpoint. */
    public URI place() {
      URI base =
          endpoint != null ? endpoint : URI.create("https://s3." + region + ".amazonaws.com");
      String text = base.toString();
      return URI.create((text.endsWith("/") ? text : text + "/") + name);
    }
  }
}
