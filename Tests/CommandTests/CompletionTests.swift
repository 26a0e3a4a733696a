import CommandLineSupport
import Testing

@testable import lstm_bench
@testable import lstm_sample
@testable import lstm_train

/// What each tool tells of its options in help, completions and the manual page.
struct CompletionTests {
  static let tools: [BuiltTool] = [.train, .sample, .bench]

  @Test(arguments: tools)
  func everyOptionIsEverywhere(tool: BuiltTool) throws {
    let folder = try WorkFolder()
    let names = OptionTests.cases.filter { $0.tool == tool }.map(\.name)
    #expect(names.count > 6)
    let requests = [
      ["--help"], ["--manual"], ["--completions", "bash"], ["--completions", "zsh"], ["--completions=fish"],
    ]
    for request in requests {
      let outcome = try folder.run(tool, request)
      #expect(outcome.status == 0 && outcome.error.isEmpty)
      for name in names {
        let written =
          switch request.last {
          case "--manual": name.replacing("-", with: "\\-")
          case "--completions=fish": name.hasPrefix("--") ? "-l \(name.dropFirst(2)) " : "-s \(name.dropFirst()) "
          default: name
          }
        #expect(outcome.output.contains(written), "\(name) in \(request)")
      }
    }
  }

  @Test func helpOnOneOption() throws {
    let folder = try WorkFolder()
    for request in [["--help", "clip"], ["--help", "--grad-clip"], ["--help=clip"], ["-h", "clip"]] {
      let outcome = try folder.run(.train, request)
      #expect(outcome.status == 0 && outcome.error.isEmpty)
      #expect(outcome.output.hasPrefix("--clip, --grad-clip NORM\n"))
      #expect(outcome.output.contains("Pascanu"))
    }
    // A file that stands behind it is no option.
    #expect(try folder.run(.train, ["--help", "text.txt"]).output.hasPrefix("Usage: lstm-train"))
  }

  /// What bash would offer for the last of these words.
  private func offers(_ words: String...) throws -> [String] {
    let folder = try WorkFolder()
    try folder.write("", to: "my text.txt")
    let script = """
      source <("$0" --completions bash)
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      _lstm_train
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let outcome = try folder.bash(script, .train, words)
    #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test func bashCompletes() throws {
    #expect(try offers("lstm-train", "--cell", "") == ["lstm", "gru", "rnn"])
    #expect(try offers("lstm-train", "--cell", "=", "g") == ["gru"])
    #expect(try offers("lstm-train", "--cell", "=") == ["lstm", "gru", "rnn"])
    #expect(try offers("lstm-train", "--cell", "gru", "--hid") == ["--hidden", "--hidden-size"])
    #expect(try offers("lstm-train", "--hidden", "") == [])
    #expect(try offers("lstm-train", "--log", "my") == ["my text.txt"])
    #expect(try offers("lstm-train", "--quiet", "my") == ["my text.txt"])
    #expect(try offers("lstm-train", "--", "--") == [])
  }
}
