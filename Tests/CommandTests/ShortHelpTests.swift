import Testing

@testable import lstm_study

/// Tests of the output of `-h`.
struct ShortHelpTests {
  private static let commands =
    BuiltTool.products.map(\.rawValue) + ["lstm-study"] + studyTool.commands.map { "lstm-study \($0.name)" }

  private func lines(_ command: String, width: Int) throws -> [Substring] {
    let outcome = try WorkFolder().bash(command, environment: ["COLUMNS": "\(width)"])
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    return outcome.output.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// One line of the screen is left for the next prompt.
  @Test(arguments: commands)
  func fillsOneScreen(command: String) throws {
    let short = try lines("\(command) -h", width: 80)
    #expect(short.count <= 23)
    #expect(short.allSatisfy { $0.count <= 80 })
    #expect(try lines("\(command) -h", width: 40).allSatisfy { $0.count <= 40 })
  }

  @Test(arguments: commands)
  func listsCommonOptionsAndExamplesOfHelp(command: String) throws {
    let short = try lines("\(command) -h", width: 80)
    let whole = try lines("\(command) --help", width: 80)
    func options(_ lines: [Substring]) -> [Substring] {
      lines.filter { $0.hasPrefix("  --") }.compactMap { $0.split { " ,".contains($0) }.first }
    }
    func examples(_ lines: [Substring]) -> ArraySlice<Substring> {
      lines[(lines.firstIndex(of: "Examples") ?? lines.endIndex)...].dropFirst().prefix { $0.hasPrefix("  ") }
    }
    let listed = options(short)
    #expect(Set(listed).count == listed.count && Set(listed).isSubset(of: options(whole)))
    #expect(listed.count <= 12 && (command == "lstm-study" || listed.count >= 4))
    #expect(examples(short).count >= 2 && examples(whole).starts(with: examples(short)))
  }
}
