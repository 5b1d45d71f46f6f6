package dev.holdfast.backup;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replica in a folder of this machine, or one that is mounted. */
final class FolderStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(FolderStore.class);

  private final Vertx vertx;
  private final Path root;

  FolderStore(Vertx vertx, Path root) {
    this.vertx = vertx;
    this.root = root;
  }

  @Override
  public Future<List<Item>> list(String folder, @Nullable String after) {
    return vertx.executeBlocking(() -> items(root.resolve(folder), after), false);
  }

  private List<Item> items(Path folder, @Nullable String after) throws IOException {
    List<Item> items = new ArrayList<>();
    for (Path each : entries(folder)) {
      String name = String.valueOf(each.getFileName());
      if (after != null && name.compareTo(after) <= 0) {
        continue;
      }
      try {
        items.add(new Item(name, Files.getLastModifiedTime(each).toInstant()));
      } catch (NoSuchFileException e) {
        LOG.debug("{}: too old to be kept, and deleted just now", each);
      }
    }
    items.sort(Comparator.comparing(Item::name));
    return items;
  }

  private List<Path> entries(Path folder) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new IOException(root + ": no such folder");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(each -> !String.valueOf(each).endsWith(".tmp")).toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (AccessDeniedException e) {
      throw new Refused(folder + ": may not be read");
    }
  }

  @Override
  public Future<List<String>> folders(String folder) {
    return vertx.executeBlocking(
        () ->
            entries(root.resolve(folder)).stream()
                .filter(Files::isDirectory)
                .map(each -> String.valueOf(each.getFileName()))
                .sorted()
                .toList(),
        false);
  }

  @Override
  public String level(int level) {
    return "ltx/" + level;
  }
}
