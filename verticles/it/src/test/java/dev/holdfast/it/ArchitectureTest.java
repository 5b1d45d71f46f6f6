package dev.holdfast.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The walls between the rooms. */
class ArchitectureTest {
  private static final Path ROOT =
      Path.of(System.getProperty("holdfast.root", "../..")).toAbsolutePath().normalize();
  private static final List<String> ROOMS =
      List.of("settings", "storage", "crypto", "lkg", "health", "fleet", "backup", "mqtt", "http");

  private static JavaClasses all;

  @BeforeAll
  static void read() {
    List<Path> folders =
        Stream.concat(
                Stream.of("eventbus-codecs", "durable-files", "verticles/app"),
                ROOMS.stream().map(room -> "verticles/" + room))
            .map(module -> ROOT.resolve(module).resolve("target/classes"))
            .toList();
    all = new ClassFileImporter().importPaths(folders);
    assertThat(all).hasSizeGreaterThan(100);
  }

  @Test
  void room_other_isNeverImported() {
    for (String room : ROOMS) {
      for (String other : ROOMS) {
        if (!other.equals(room)) {
          noClasses()
              .that()
              .resideInAPackage("dev.holdfast." + room + "..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage("dev.holdfast." + other + "..", "dev.holdfast.app..")
              .check(all);
        }
      }
    }
  }

  @Test
  void language_rooms_areUnknownToIt() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.holdfast.bus..",
            "dev.holdfast.json..",
            "dev.holdfast.model..",
            "dev.holdfast.messages..",
            "dev.holdfast.files..")
        .should()
        .dependOnClassesThat(
            rooms().or(resideInAPackage("java.sql..")).or(resideInAPackage("javax.crypto..")))
        .check(all);
  }

  private static DescribedPredicate<JavaClass> rooms() {
    return ROOMS.stream()
        .map(room -> resideInAPackage("dev.holdfast." + room + ".."))
        .reduce(resideInAPackage("dev.holdfast.app.."), (one, other) -> one.or(other));
  }

  @Test
  void eventBus_onlyTheLanguage_touchesIt() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.holdfast.bus..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.vertx.core.eventbus.EventBus")
        .check(all);
  }

  @Test
  void sql_onlyStorage_speaksIt() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.holdfast.storage..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.sql..",
            "javax.sql..",
            "io.vertx.sqlclient..",
            "io.vertx.jdbcclient..",
            "org.sqlite..")
        .check(all);
  }

  @Test
  void keys_onlyCrypto_holdsThem() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.holdfast.crypto..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("javax.crypto..", "org.bouncycastle..")
        .check(all);
  }

  @Test
  void crypto_disk_isNeverTouched() {
    noClasses()
        .that()
        .resideInAPackage("dev.holdfast.crypto..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..", "dev.holdfast.files..", "org.slf4j..")
        .check(all);
  }

  @Test
  void room_publicFace_isItsVerticle() {
    classes()
        .that(rooms())
        .and()
        .resideOutsideOfPackage("dev.holdfast.app..")
        .and()
        .areTopLevelClasses()
        .and()
        .haveModifier(JavaModifier.PUBLIC)
        .should()
        .haveSimpleNameEndingWith("Verticle")
        .check(all);
  }

  @Test
  void files_length_staysInItsRoom() throws Exception {
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file :
          files
              .filter(path -> path.toString().contains("/src/main/java/"))
              .filter(path -> path.toString().endsWith(".java"))
              .toList()) {
        long most = file.toString().endsWith("Verticle.java") ? 150 : 300;
        assertThat(Files.readAllLines(file))
            .as(file.toString())
            .hasSizeLessThanOrEqualTo((int) most);
      }
    }
  }
}
