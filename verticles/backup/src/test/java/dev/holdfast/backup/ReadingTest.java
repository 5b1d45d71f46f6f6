package dev.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  @Test
  void older_newestOfAllGenerations_isFoundAgainAndAgain() throws Exception {
    put("generations/3f018fc4990b7ccc/wal/00000000_00000000.wal.lz4", 0);
    put("generations/3f018fc4990b7ccc/snapshots/00000000.snapshot.lz4", 500);
    put("generations/eb9853965d342fd6/wal/00000000_00000000.wal.lz4", 10);
    put("generations/eb9853965d342fd6/wal/00000000_00004080.wal.lz4", 11);
    Reading reading = new Reading.Generations();
    assertThat(look(reading)).isEqualTo(new Newest(NOON.plusSeconds(11), null));
    assertThat(look(reading)).isEqualTo(new Newest(NOON.plusSeconds(11), null));
    put("generations/eb9853965d342fd6/wal/00000001_00000000.wal.lz4", 12);
    put("generations/eb9853965d342fd6/wal/00000001_00001038.wal.lz4.tmp", 13);
    assertThat(look(reading)).isEqualTo(new Newest(NOON.plusSeconds(12), null));
    Files.delete(folder.resolve("generations/eb9853965d342fd6/wal/00000001_00000000.wal.lz4"));
    assertThat(look(reading)).isEqualTo(new Newest(NOON.plusSeconds(11), null));
  }

  @Test
  void newer_lastTransaction_isFoundInWhateverLevelItIs() throws Exception {
    put("ltx/0/0000000000000007-0000000000000007.ltx", 7);
    put("ltx/0/000000000000000a-000000000000000a.ltx", 10);
    put("ltx/9/0000000000000001-0000000000000005.ltx", 20);
    Reading reading = new Reading.Transactions();
    assertThat(look(reading)).isEqualTo(new Newest(NOON.plusSeconds(10), new Position(0, 10)));
    Files.delete(folder.resolve("ltx/0/000000000000000a-000000000000000a.ltx"));
    Files.delete(folder.resolve("ltx/0/0000000000000007-0000000000000007.ltx"));
    put("ltx/1/0000000000000001-000000000000000a.ltx", 11);
    assertThat(look(reading).position()).isEqualTo(new Position(0, 5));
    assertThat(Reading.newest(new FolderStore(vertx, folder)).result()).isNull();
  }

  @Test
  void nothingThere_isNull_noFolder_fails() throws Exception {
    assertThat(look(new Reading.Generations())).isNull();
    assertThat(look(new Reading.Transactions())).isNull();
    Store gone = new FolderStore(vertx, folder.resolve("not-mounted"));
    assertThatThrownBy(() -> get(new Reading.Transactions().look(gone)))
        .hasMessageContaining("no such folder");
  }

  @Test
  void listing_pageOfABucket_isRead() {
    Listing listing =
        Listing.read(
            Buffer.buffer(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                  <Name>bucket</Name><Prefix>p/</Prefix><KeyCount>2</KeyCount>
                  <IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>
                  <Contents><Key>p/0000/one.ltx</Key><LastModified>2026-11-24T12:00:00.000Z</LastModified>
                    <ETag>"x"</ETag><Size>5</Size></Contents>
                  <CommonPrefixes><Prefix>p/0001/</Prefix></CommonPrefixes>
                </ListBucketResult>
                """));
    assertThat(listing.objects()).containsExactly(new Store.Item("p/0000/one.ltx", NOON));
    assertThat(listing.prefixes()).containsExactly("p/0001/");
    assertThat(listing.next()).isEqualTo("a&b");
  }

  @Test
  void listing_withAnEntityOrNoXml_isRefused() {
    for (String text :
        new String[] {
          "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a><Key>&x;</Key></a>",
          "{}",
          "<a><Key>k</Key><LastModified>yesterday</LastModified></a>"
        }) {
      assertThatThrownBy(() -> Listing.read(Buffer.buffer(text)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private Newest look(Reading reading) throws Exception {
    return get(reading.look(new FolderStore(vertx, folder)));
  }

  private void put(String name, int second) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
    Files.setLastModifiedTime(file, FileTime.from(NOON.plusSeconds(second)));
  }

  private static <T> T get(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }
}
