import Foundation
import Testing

/// Tests that each option is used in a test of its effect.
struct OptionUseTests {
  /// Tests that only prove that options are parsed.
  private static let sweeps = ["OptionTests.swift", "CompletionTests.swift", "OptionUseTests.swift"]
  /// Options of every tool, which the tests above cover.
  private static let general: Set = ["--help", "-h", "--version", "--completions", "--manual"]

  @Test(arguments: BuiltTool.products + [.study])
  func everyOptionIsUsedInATestOfItsTool(tool: BuiltTool) throws {
    let sources = try Self.sources().filter { $0.contains(try Regex("\\.\(tool)\\b")) }
    #expect(!sources.isEmpty)
    // lstm-study takes its training options from the table of lstm-train.
    let shared = tool == .study ? OptionTests.cases.filter { $0.tool == .train }.map(\.primaryName) : []
    let options = OptionTests.cases.filter {
      $0.tool == tool && !Self.general.contains($0.name) && !shared.contains($0.primaryName)
    }
    let words = Set(sources.flatMap(Self.words))
    let used = Set(options.filter { words.contains($0.name) }.map(\.primaryName))
    #expect(Set(options.map(\.primaryName)).subtracting(used).sorted() == [])
  }

  private static func sources() throws -> [String] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return try files.filter { $0.pathExtension == "swift" && !sweeps.contains($0.lastPathComponent) }.map {
      try String(contentsOf: $0, encoding: .utf8)
    }
  }

  /// Returns the options in the string literals of a source, alone or within a command line, with or without a value.
  private static func words(of source: String) -> [String] {
    let code = source.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
    return code.matches(of: /["\s](--?[a-z][a-z0-9-]*)(?=["\s=\\,])/).map { String($0.1) }
  }
}
