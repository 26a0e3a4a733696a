import Foundation
import Testing

/// Tests of the references in README and in the articles.
struct DocumentationTests {
  private static let folder = "\(PackageFolder.path)/Sources/RecurrentEngine/Documentation.docc"

  /// Returns the names of the articles, without their extension, and their texts.
  private static func articles() throws -> [(name: String, text: String)] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }.sorted().map { file in
      (String(file.dropLast(3)), try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8))
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
    let shown = try Self.articles().flatMap { $0.text.matches(of: /!\[[^\]]+\]\(([^)]+)\)/).map { String($0.1) } }
    let pictures = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { !$0.hasSuffix(".md") }
    #expect(shown.sorted() == pictures.sorted())
  }

  @Test func everyFileThatReadmeNamesIsThere() throws {
    let readme = try String(contentsOfFile: "\(PackageFolder.path)/README.md", encoding: .utf8)
    let named = readme.matches(of: /(?:Examples|Sources|Tests|data)\/[A-Za-z0-9_.\/-]*[A-Za-z0-9]/).map {
      String($0.output)
    }
    #expect(named.count > 12)
    for path in named { #expect(FileManager.default.fileExists(atPath: "\(PackageFolder.path)/\(path)"), "\(path)") }
    // The table of articles gives only their file names.
    let table = readme.matches(of: /\| `([A-Za-z]+)\.md` \|/).map { String($0.1) }
    let articles = try Self.articles().map(\.name)
    #expect(table.count >= 7 && Set(table).isSubset(of: articles))
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
    // Options of the Swift tools that README begins with.
    options.formUnion(["--sanitize", "--static-swift-stdlib", "--seconds"])
    let readme = try String(contentsOfFile: "\(PackageFolder.path)/README.md", encoding: .utf8)
    let texts = try Self.articles() + [("README", readme)]
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
