import Foundation
import Testing

/// Tests of the options of `lstm-sample` that restrict the choice of characters.
struct SampleChoiceTests {
  private func sample(_ folder: WorkFolder, _ options: String...) throws -> String {
    let outcome = try folder.run(.sample, options + ["checkpoint.bin"])
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty, "\(outcome.error)")
    return outcome.output
  }

  @Test func oneOfOneIsTheLikeliest() throws {
    let folder = try WorkFolder()
    try folder.train()
    let likeliest = try sample(folder, "--temperature", "0", "-n", "100")
    #expect(try sample(folder, "--top-k", "1", "-n", "100") == likeliest)
    #expect(try sample(folder, "--top-p", "1e-9", "-n", "100") == likeliest)
    #expect(try sample(folder, "--min-p", "1", "-n", "100") == likeliest)
    #expect(try sample(folder, "--beam", "1", "-n", "100") == likeliest)
    // Values that exclude nothing change nothing.
    let plain = try sample(folder, "--seed", "3")
    #expect(
      try sample(folder, "--seed", "3", "--top-k", "999", "--top-p", "1", "--min-p", "0", "--repetition-penalty", "1")
        == plain)
    #expect(try sample(folder, "--seed", "3", "--repetition-penalty", "2", "--repetition-window", "9") != plain)
  }

  @Test func allowedAndBanned() throws {
    let folder = try WorkFolder()
    try folder.train()
    #expect(try Set(sample(folder, "--allow", "aeZ ", "--seed", "1")) == Set("ae "))
    #expect(try Set(sample(folder, "--allow", "aes", "--ban", "as", "-n", "20")) == ["e"])
    #expect(try Set(sample(folder, "--ban", "ae\n")).isDisjoint(with: "ae\n"))
    try folder.run(.sample, ["--allow", "Z", "checkpoint.bin"]).expect(
      status: 64,
      error: "lstm-sample: --allow leaves none of the characters that the model knows; leave some\n")
    try folder.run(.sample, ["--allow", "a", "--ban", "a", "checkpoint.bin"]).expect(
      status: 64,
      error: "lstm-sample: --allow and --ban leave none of the characters that the model knows; leave some\n")
  }

  @Test func stops() throws {
    let folder = try WorkFolder()
    try folder.train()
    let whole = try sample(folder, "--seed", "5", "--prime", "the e", "-n", "500")
    let generated = whole.dropFirst(5)
    let end = try #require(generated.firstRange(of: "e "))
    // The characters of the prompt do not count.
    #expect(
      try sample(folder, "--seed", "5", "--prime", "the e", "--stop", "e ") == "the e" + generated[..<end.upperBound])
    let texts = try sample(folder, "--count", "40", "--stop", "e", "--separator", "|", "--seed", "2")
      .components(separatedBy: "|")
    #expect(texts.count == 40 && Set(texts.map(\.count)).count > 1)
    #expect(texts.allSatisfy { $0.firstIndex(of: "e") == $0.index($0.endIndex, offsetBy: -1) })
    try folder.run(.sample, ["--stop", "", "checkpoint.bin"]).expect(
      status: 64, error: "lstm-sample: --stop takes a text of at least one character, not ''\n")
    #expect(try folder.run(.sample, ["--stop", "Z", "checkpoint.bin"]).status == 64)
  }

  @Test func probabilities() throws {
    let folder = try WorkFolder()
    try folder.write(String(repeating: "a\tb\\c\n", count: 300), to: "text.txt")
    try folder.train()
    let plain = try sample(folder, "--seed", "4", "-n", "200")
    let table = try sample(folder, "--seed", "4", "-n", "200", "--show-probabilities", "--top-k", "4")
    #expect(table.hasSuffix("\n"))
    let rows = table.dropLast().components(separatedBy: "\n").map { $0.components(separatedBy: "\t") }
    #expect(rows.count == 200)
    for row in rows {
      let probabilities = stride(from: 1, to: row.count, by: 2).compactMap { Double(row[$0]) }
      #expect(row.count == 8 && probabilities.count == 4)
      #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
      #expect(probabilities.dropFirst().sorted(by: >) == Array(probabilities.dropFirst()))
    }
    #expect(Set(rows.joined()).isSuperset(of: [#"\t"#, #"\n"#, #"\\"#]))
    let unescaped = [#"\t"#: "\t", #"\n"#: "\n", #"\\"#: "\\"]
    let unfiltered = try sample(folder, "--seed", "4", "-n", "200", "--show-probabilities")
    let text = unfiltered.dropLast().components(separatedBy: "\n").map { String($0.prefix { $0 != "\t" }) }
    #expect(text.map { unescaped[$0] ?? $0 }.joined() == plain)
  }

  @Test(arguments: [
    ["--beam", "2", "--temperature", "1"], ["--beam", "2", "--top-k", "3"], ["--beam", "2", "--top-p", "0.5"],
    ["--beam", "2", "--min-p", "0.5"], ["--beam", "2", "--seed", "1"], ["--beam", "2", "--count", "2"],
    ["--beam", "2", "--interactive"], ["--beam", "2", "--show-probabilities"], ["--interactive", "--count", "2"],
    ["--interactive", "--separator", "x"], ["--interactive", "--show-probabilities"],
    ["--interactive", "--prime-file", "-"], ["--show-probabilities", "--count", "2"],
    ["--show-probabilities", "--null"], ["--show-probabilities", "--separator", ""],
    ["--prime", "a", "--prime-file", "b"], ["--null", "--separator", ""],
  ])
  func conflicts(options: [String]) throws {
    let names = options.filter { $0.hasPrefix("--") }
    let outcome = try WorkFolder().run(.sample, options + ["checkpoint.bin"])
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.count == 1 && outcome.output.isEmpty)
    #expect(outcome.error.hasPrefix("lstm-sample: \(names[0]) and \(names[1]) "), "\(outcome.error)")
    #expect(outcome.error.hasSuffix("; leave one of them out\n"))
  }

  @Test func aWindowNeedsAPenalty() throws {
    try WorkFolder().run(.sample, ["--repetition-window", "5", "checkpoint.bin"]).expect(
      status: 64,
      error: "lstm-sample: --repetition-window has no effect without --repetition-penalty; give that, too\n")
  }
}
