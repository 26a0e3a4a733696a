import Testing

/// The command lines that help ends with.
struct HelpExampleTests {
  /// What the examples are about; each runs in a folder of its own with all of it.
  private static let texts = ["corpus.txt", "names.txt", "book.txt", "part1.txt", "part2.txt"]
  private static let text = String(repeating: "The sea is wide. The wind and the tide are one.\n", count: 4)

  /// In a window of 40 columns, where most of them are broken.
  @Test(arguments: BuiltTool.products)
  func everyExampleRunsAsItIsPrinted(tool: BuiltTool) throws {
    let source = try WorkFolder()
    try source.write(Self.text, to: "corpus.txt")
    #expect(try source.train("--learning-rate", "0.05", texts: ["corpus.txt"]).status == 0)

    let examples = try Self.examples(of: tool, width: 40)
    #expect(examples.count >= 3)
    for example in examples {
      #expect(example.contains("\(tool.rawValue) ") || example == tool.rawValue)
      let folder = try WorkFolder()
      for name in Self.texts { try folder.write(Self.text, to: name) }
      try folder.write(source.bytes(of: "checkpoint.bin"), to: "checkpoint.bin")
      for name in ["loss.csv", "lstm.csv", "gru.csv", "rnn.csv"] {
        try folder.write(source.bytes(of: "loss.csv"), to: name)
      }
      // Measurements take a second each; of an option given twice, the last holds, which is the example's.
      let outcome = try folder.bash(
        """
        set -o pipefail
        lstm-bench() { command lstm-bench --seconds 0.001 --loading-size 1 --hidden 16 --seq-length 1 "$@"; }
        lstm-train() { command lstm-train --epochs 1 "$@"; }
        \(example)
        """)
      #expect(outcome.status == 0, "\(example): \(outcome.error)")
      let wrote = tool == .train ? try folder.names().contains { $0.hasSuffix(".last.bin") } : !outcome.output.isEmpty
      #expect(try wrote || folder.names().contains { $0.hasSuffix(".svg") }, "\(example)")
    }
  }

  @Test(arguments: BuiltTool.products)
  func aWideWindowShowsTheSameUnbroken(tool: BuiltTool) throws {
    let narrow = try Self.examples(of: tool, width: 40)
    #expect(narrow.contains { $0.contains("\n") })
    let wide = try Self.examples(of: tool, width: 100)
    #expect(narrow.map { $0.replacing(#/ \\\n +/#, with: " ") } == wide)
  }

  private static func examples(of tool: BuiltTool, width: Int) throws -> [String] {
    let help = try WorkFolder().run(tool, ["--help"], environment: ["COLUMNS": "\(width)"]).output
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
