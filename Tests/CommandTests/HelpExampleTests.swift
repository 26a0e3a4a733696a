import Testing

@testable import lstm_study

/// Tests of the examples at the end of the help texts.
struct HelpExampleTests {
  /// The files that the examples name; each example runs in a separate folder with all of them.
  private static let texts = ["corpus.txt", "names.txt", "book.txt", "part1.txt", "part2.txt"]
  private static let text = String(repeating: "The sea is wide. The wind and the tide are one.\n", count: 4)

  /// Tools, and commands of tools.
  private static let commands =
    BuiltTool.products.map(\.rawValue) + ["lstm-study"] + studyTool.commands.map { "lstm-study \($0.name)" }

  /// The examples run as printed in a window of 40 columns, where most of them are wrapped.
  @Test(arguments: commands)
  func everyExampleRunsAsItIsPrinted(command: String) throws {
    let source = try WorkFolder()
    try source.write(Self.text, to: "corpus.txt")
    #expect(try source.train("--learning-rate", "0.05", texts: ["corpus.txt"]).status == 0)

    let examples = try Self.examples(of: command, width: 40)
    #expect(examples.count >= 3)
    for example in examples {
      #expect(example.contains("\(command) ") || example == command)
      let folder = try WorkFolder()
      for name in Self.texts { try folder.write(Self.text, to: name) }
      for name in ["checkpoint.bin", "other.bin", "lstm.bin", "gru.bin"] {
        try folder.write(source.bytes(of: "checkpoint.bin"), to: name)
      }
      for name in ["loss.csv", "lstm.csv", "gru.csv", "rnn.csv"] {
        try folder.write(source.bytes(of: "loss.csv"), to: name)
      }
      // Limits measurements to a second each. The last value of a repeated option applies, which is that of the
      // example.
      let outcome = try folder.bash(
        """
        set -o pipefail
        lstm-bench() { command lstm-bench --seconds 0.001 --loading-size 1 --hidden 16 --seq-length 1 "$@"; }
        lstm-train() { command lstm-train --epochs 1 "$@"; }
        lstm-study() {
          case "$*" in
            *--max-time*) command lstm-study "$@" --max-time 1s --seeds 1 ;;
            compare* | options* | memory*) command lstm-study "$@" --steps 5 ;;
            *) command lstm-study "$@" ;;
          esac
        }
        \(example)
        """)
      #expect(outcome.status == 0, "\(example): \(outcome.error)")
      let wrote =
        command == "lstm-train" ? try folder.names().contains { $0.hasSuffix(".last.bin") } : !outcome.output.isEmpty
      #expect(
        try wrote
          || folder.names().contains {
            [".svg", ".html"].contains(where: $0.hasSuffix) || ["small.bin", "half.bin"].contains($0)
              || example.hasSuffix("> \($0)")
          }, "\(example)")
    }
  }

  @Test(arguments: commands)
  func aWideWindowShowsTheSameUnbroken(command: String) throws {
    let narrow = try Self.examples(of: command, width: 40)
    #expect(narrow.contains { $0.contains("\n") })
    let wide = try Self.examples(of: command, width: 100)
    #expect(narrow.map { $0.replacing(#/ \\\n +/#, with: " ") } == wide)
  }

  private static func examples(of command: String, width: Int) throws -> [String] {
    let help = try WorkFolder().bash("\(command) --help", environment: ["COLUMNS": "\(width)"]).output
    let lines = help.split(separator: "\n").drop { $0 != "Examples" }.dropFirst()
    return lines.reduce(into: []) { examples, line in
      if let last = examples.indices.last, examples[last].hasSuffix("\\") {
        examples[last] += "\n" + line
      } else {
        examples.append(line.dropFirst(2).description)
      }
    }
  }
}
