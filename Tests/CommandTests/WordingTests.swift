import Foundation
import Testing

/// Tests of the wording of documents, help, messages and comments.
struct WordingTests {
  /// Phrases that are vague or translated, where the field has a term.
  private static let phrases = [
    #"foretell"#, #"by heart"#, #"\b(go|goes|going|went|gone) on\b"#, #"\bso many\b"#, #"no finite"#,
    #"not a number"#, #"\bputs? out\b"#, #"\b(is|are|was|were) told\b"#, #"\bcomes? to\b"#, #"\b(has|have) to do\b"#,
    #"of (its|their) own"#, #"by (itself|themselves)"#, #"in the mean\b"#, #"\bstands?\b"#, #"breaks? away"#,
    #"training part"#, #"what is held out"#, #"what validation is on"#,
  ]

  private static let folders = ["Sources", "Tests", "Examples", ".ci", ".github"]

  /// Returns the documents, sources and scripts, except this file and the texts in `data`.
  private static func files() throws -> [(path: String, lines: [Substring])] {
    let kinds = [".swift", ".h", ".md", ".sh", ".py", ".yml", "run"]
    let nested = folders.flatMap { folder in
      FileManager.default.enumerator(atPath: "\(PackageFolder.path)/\(folder)")?.compactMap { file in
        (file as? String).map { "\(folder)/\($0)" }
      } ?? []
    }
    return try (["README.md", "Package.swift", "data/README.md"] + nested)
      .filter { path in
        (path.hasPrefix(".ci/") || kinds.contains(where: path.hasSuffix)) && !path.hasSuffix("/WordingTests.swift")
      }
      .map { path in
        let text = try String(contentsOfFile: "\(PackageFolder.path)/\(path)", encoding: .utf8)
        return (path, text.split(separator: "\n", omittingEmptySubsequences: false))
      }
  }

  @Test func noPhraseIsVague() throws {
    let pattern = try NSRegularExpression(pattern: Self.phrases.joined(separator: "|"))
    let files = try Self.files()
    #expect(files.count > 300)
    for (path, lines) in files {
      // A fence without a language quotes output, which may be generated text.
      var (isFenced, isOutput) = (false, false)
      for (number, line) in lines.enumerated() {
        if path.hasSuffix(".md"), line.hasPrefix("```") {
          isFenced.toggle()
          isOutput = isFenced && line == "```"
        }
        if isOutput { continue }
        let text = String(line)
        let found = pattern.firstMatch(in: text, range: NSRange(text.startIndex..., in: text))
        #expect(found == nil, "\(path):\(number + 1): \(text)")
      }
    }
  }

  /// A description begins with a noun or a verb.
  @Test func noDescriptionBeginsWithAQuestionWord() throws {
    let starts = ["What ", "That which ", "How many ", "How much "]
    for (path, lines) in try Self.files() where path.hasSuffix(".swift") || path.hasSuffix(".h") {
      var previous = Substring()
      for (number, line) in lines.enumerated() {
        let text = line.drop { $0 == " " }
        if text.hasPrefix("/// "), !previous.hasPrefix("///") {
          #expect(!starts.contains { text.dropFirst(4).hasPrefix($0) }, "\(path):\(number + 1): \(text)")
        }
        previous = text
      }
    }
  }
}
