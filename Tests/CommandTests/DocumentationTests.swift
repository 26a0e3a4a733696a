import Foundation
import Testing

/// Tests of the links, pictures and commands in README and the documentation catalogue.
struct DocumentationTests {
  private static let folder = "\(PackageFolder.path)/Sources/RecurrentEngine/Documentation.docc"

  /// The paths in the catalogue.
  private static func files() -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
      .filter { $0.contains(".") }
  }

  private static func name(of path: String) -> String { String(path.split(separator: "/").last ?? "") }

  /// Returns the names of the articles, without their extension, and their texts.
  private static func articles() throws -> [(name: String, text: String)] {
    try files().filter { $0.hasSuffix(".md") }.map { file in
      (String(name(of: file).dropLast(3)), try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8))
    }
  }

  /// Returns the documents that a code host shows, with the folder that their links are relative to.
  private static func documents() throws -> [(path: String, folder: String, text: String)] {
    try ["README.md", "data/README.md", ".github/CONTRIBUTING.md"].map { path in
      let parent = path.split(separator: "/").dropLast().joined(separator: "/")
      return (path, parent, try String(contentsOfFile: "\(PackageFolder.path)/\(path)", encoding: .utf8))
    }
  }

  @Test func everyArticleIsListedAndEveryLinkLeadsToOne() throws {
    let articles = try Self.articles()
    let names = Set(articles.map(\.name))
    let links = articles.flatMap { article in
      article.text.matches(of: /<doc:([A-Za-z]+)>/).map { (article.name, String($0.1)) }
    }
    for (article, link) in links { #expect(names.contains(link), "\(article): \(link)") }
    let listed = Set(links.filter { $0.0 == "RecurrentEngine" }.map(\.1))
    #expect(listed == names.subtracting(["RecurrentEngine"]))
  }

  @Test func everyPictureIsThereAndShown() throws {
    var shown = try Self.articles().flatMap { $0.text.matches(of: /!\[[^\]]+\]\(([^)]+)\)/).map { String($0.1) } }
    let readme = try Self.documents()[0].text
    shown += readme.matches(of: /\(Sources\/RecurrentEngine\/Documentation\.docc\/([^)]+\.(?:svg|png))\)/).map {
      Self.name(of: String($0.1))
    }
    let pictures = Set(Self.files().filter { !$0.hasSuffix(".md") }.map(Self.name))
    #expect(pictures.count >= 8 && Set(shown) == pictures)
  }

  @Test func everyRelativeLinkLeadsToAFile() throws {
    for (path, folder, text) in try Self.documents() {
      for link in text.matches(of: /\]\(([^)# ]+)(?:#[^)]*)?\)/) where !link.1.hasPrefix("https://") {
        #expect(
          FileManager.default.fileExists(atPath: "\(PackageFolder.path)/\(folder)/\(link.1)"), "\(path): \(link.1)")
      }
      for name in text.matches(of: /(?:Examples|Sources|Tests|data)\/[A-Za-z0-9_.\/-]*[A-Za-z0-9]/).map(\.output) {
        #expect(FileManager.default.fileExists(atPath: "\(PackageFolder.path)/\(name)"), "\(path): \(name)")
      }
    }
  }

  @Test func readmeIsShortAndShows() throws {
    let readme = try Self.documents()[0].text
    #expect(readme.split(separator: "\n", omittingEmptySubsequences: false).count <= 131)
    #expect(readme.matches(of: /!\[[^\]]+\]\(/).count >= 2)
    for article in ["Guide/TrainOnYourOwnText", "Lecture/PlainNetworksForget", "Reference/Glossary"] {
      #expect(readme.contains("Documentation.docc/\(article).md)"), "\(article)")
    }
  }

  /// All options in commands for the project's tools and scripts exist.
  @Test func everyOptionInACommandExists() throws {
    var options = Set(OptionTests.cases.map(\.name))
    let scripts = "\(PackageFolder.path)/Examples"
    for file in try FileManager.default.contentsOfDirectory(atPath: scripts)
    where file.hasSuffix(".sh") || file.hasSuffix(".py") {
      let script = try String(contentsOfFile: "\(scripts)/\(file)", encoding: .utf8)
      options.formUnion(script.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
    }
    // Options of the tools of Swift, of the scripts for packages and of tar.
    options.formUnion([
      "--sanitize", "--static-swift-stdlib", "--seconds", "--filter", "--scratch-path", "--swift-sdk", "--arch",
      "--disable-sandbox", "--none", "--strip-components", "--traits",
    ])
    let texts = try Self.articles() + Self.documents().map { ($0.path, $0.text) }
    var count = 0
    for (name, text) in texts {
      for block in text.matches(of: /(?s)```sh\n(.*?)```/) {
        for option in block.1.matches(of: /(?:^|[ '(\[])(--[a-z][a-z0-9-]*)/) {
          count += 1
          #expect(options.contains(String(option.1)), "\(name): \(option.1)")
        }
      }
    }
    #expect(count > 100)
  }
}
