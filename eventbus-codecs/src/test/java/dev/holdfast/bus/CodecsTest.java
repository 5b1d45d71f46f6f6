package dev.holdfast.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.messages.storage.Done;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CodecsTest {
  @Test
  void roots_everyPackageOfMessages_isListed() throws IOException {
    Path messages = Path.of("src/main/java/dev/holdfast/messages");
    try (Stream<Path> files = Files.walk(messages)) {
      Set<String> sealed =
          files
              .map(path -> path.getFileName().toString())
              .filter(name -> name.endsWith("Message.java"))
              .map(name -> name.replace(".java", ""))
              .collect(Collectors.toSet());
      assertThat(Codecs.ROOTS)
          .extracting(Class::getSimpleName)
          .containsExactlyInAnyOrderElementsOf(sealed);
    }
  }

  @Test
  void messages_everyOne_isAFinalRecord() {
    for (Class<?> root : Codecs.ROOTS) {
      assertThat(List.of(root.getPermittedSubclasses())).allMatch(Class::isRecord);
    }
  }

  @Test
  void register_everyMessage_hasACodecOfItsOwn() {
    Vertx vertx = Vertx.vertx();
    try {
      Codecs.register(vertx);
      for (Class<?> root : Codecs.ROOTS) {
        for (Class<?> message : root.getPermittedSubclasses()) {
          assertThatThrownBy(() -> again(vertx, message))
              .as(message.getName())
              .isInstanceOf(IllegalStateException.class);
        }
      }
    } finally {
      vertx.close();
    }
  }

  private static <T> void again(Vertx vertx, Class<T> type) {
    vertx.eventBus().registerDefaultCodec(type, new IdentityCodec<>(type));
  }

  @Test
  void identity_onTheWire_isRefused() {
    assertThatThrownBy(
            () -> new IdentityCodec<>(Done.class).encodeToWire(Buffer.buffer(), new Done()))
        .isInstanceOf(IllegalStateException.class);
  }
}
