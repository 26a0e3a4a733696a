import Foundation
import Testing

/// Tests of `Examples/gallery.sh` with the tools that the package has built.
struct GalleryTests {
  @Test func onePageHasFiveModels() throws {
    let folder = try WorkFolder()
    let outcome = try folder.bash(
      "'\(PackageFolder.path)/Examples/gallery.sh' gallery.html --hidden 4 --layers 1 --steps 2")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try folder.names() == ["gallery.html"])
    let page = try folder.text(of: "gallery.html")
    let names = ["english", "korean", "names", "brackets", "tunes"]
    #expect(page.matches(of: #/"name":"([a-z]+).bin"/#).map { String($0.1) } == names)
  }

  @Test(arguments: ["", "--max-time 1s"])
  func withoutAPage(arguments: String) throws {
    let outcome = try WorkFolder().bash("'\(PackageFolder.path)/Examples/gallery.sh' \(arguments)")
    #expect(outcome.status == 64 && outcome.error == "usage: gallery.sh page.html [options of lstm-train]\n")
  }
}
