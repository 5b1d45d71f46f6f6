package dev.holdfast.backup;

import dev.holdfast.model.Replica.Bucket;
import dev.holdfast.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** A replica in a bucket: lists it by ListObjectsV2, signed with Signature Version 4. */
final class BucketStore implements Store {
  private static final long PATIENCE_MILLIS = 4_000;
  private static final int MOST_PAGES = 500;
  private static final int FORBIDDEN = 403;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int OK = 200;

  private final Vertx vertx;
  private final HttpClient client;
  private final Bucket bucket;
  private final URI place;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

  BucketStore(Vertx vertx, HttpClient client, Bucket bucket) {
    this.vertx = vertx;
    this.client = client;
    this.bucket = bucket;
    this.place = bucket.place();
  }

  @Override
  public Future<List<Item>> list(String folder, @Nullable String after) {
    String prefix = prefix(folder);
    List<Item> items = new ArrayList<>();
    return pages(
            prefix,
            after == null ? null : prefix + after,
            page ->
                page.objects()
                    .forEach(
                        object ->
                            items.add(
                                new Item(object.name().substring(prefix.length()), object.at()))))
        .map(done -> items);
  }

  @Override
  public Future<List<String>> folders(String folder) {
    String prefix = prefix(folder);
    List<String> names = new ArrayList<>();
    return pages(
            prefix,
            null,
            page ->
                page.prefixes()
                    .forEach(each -> names.add(each.substring(prefix.length(), each.length() - 1))))
        .map(done -> names);
  }

  @Override
  public String level(int level) {
    return "%04x".formatted(level);
  }

  private String prefix(String folder) {
    return bucket.path().isEmpty() ? folder + "/" : bucket.path() + "/" + folder + "/";
  }

  private Future<Void> pages(String prefix, @Nullable String after, Consumer<Listing> each) {
    return page(prefix, after, null, each, 0);
  }

  private Future<Void> page(
      String prefix,
      @Nullable String after,
      @Nullable String token,
      Consumer<Listing> each,
      int number) {
    if (number == MOST_PAGES) {
      return Future.failedFuture(new IOException("more things at the replica than expected"));
    }
    return vertx
        .executeBlocking(() -> signed(prefix, after, token), false)
        .compose(this::ask)
        .map(Listing::read)
        .compose(
            listing -> {
              each.accept(listing);
              return listing.next() == null
                  ? Future.succeededFuture()
                  : page(prefix, after, listing.next(), each, number + 1);
            });
  }

  private SdkHttpRequest signed(String prefix, @Nullable String after, @Nullable String token) {
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder()
            .uri(place)
            .method(SdkHttpMethod.GET)
            .putRawQueryParameter("list-type", "2")
            .putRawQueryParameter("delimiter", "/")
            .putRawQueryParameter("prefix", prefix);
    if (after != null) {
      request.putRawQueryParameter("start-after", after);
    }
    if (token != null) {
      request.putRawQueryParameter("continuation-token", token);
    }
    SecretValue key = bucket.accessKey();
    SecretValue secret = bucket.secretKey();
    if (key == null || secret == null) {
      return request.build();
    }
    SignedRequest signed =
        signer.sign(
            it ->
                it.identity(AwsCredentialsIdentity.create(key.reveal(), secret.reveal()))
                    .request(request.build())
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, bucket.region())
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false));
    return signed.request();
  }

  private Future<Buffer> ask(SdkHttpRequest signed) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(signed.getUri().toString())
            .setConnectTimeout(PATIENCE_MILLIS)
            .setTimeout(PATIENCE_MILLIS);
    signed
        .headers()
        .forEach(
            (name, values) -> {
              if (!name.equalsIgnoreCase("Host")) {
                options.putHeader(name, String.join(",", values));
              }
            });
    return client
        .request(options)
        .compose(request -> request.send())
        .compose(this::body)
        .timeout(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Future<Buffer> body(HttpClientResponse response) {
    int status = response.statusCode();
    if (status == OK) {
      return response.body();
    }
    response.body().otherwiseEmpty();
    return Future.failedFuture(
        switch (status) {
          case UNAUTHORIZED, FORBIDDEN ->
              new Refused("it does not accept the credentials (status " + status + ")");
          case NOT_FOUND -> new Refused("there is no bucket " + bucket.name());
          default -> new IOException("it answers with status " + status);
        });
  }
}
