package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools of the fault suite do to a disk what they say. */
@Chaos.Suite
class ChaosFrameIT {
  @TempDir Path folder;

  @Test
  void power_cut_keepsWhatWasSyncedAlone() throws Exception {
    Chaos.requireLoop("the frame itself");
    Chaos.require("the frame itself", "xfs_io", "sync");
    try (Chaos.Disk disk = Chaos.ext4(folder.resolve("disk"), folder.resolve("point"), 64)) {
      Path synced = Files.writeString(disk.point().resolve("synced"), "text");
      Chaos.run("sync", "-f", synced.toString());
      Path unsynced = Files.writeString(disk.point().resolve("unsynced"), "text");
      disk.cutPower();
      disk.unmount();
      disk.mount();
      assertThat(synced).hasContent("text");
      assertThat(unsynced).doesNotExist();
    }
    assertThat(Chaos.run("losetup", "--all")).doesNotContain(folder.toString());
  }
}
