import CommandLineSupport
import Testing

@Suite struct OptionTableTests {
  @Test func namesAreUniqueAndWellFormed() {
    let names = sampleCommand.options.flatMap(\.names)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name.wholeMatch(of: /--[a-z][a-z0-9-]+|-[a-z]/) != nil, "\(name)")
    }
  }

  @Test func helpSentencesAreShortPhrases() {
    for option in sampleCommand.options {
      #expect(!option.help.isEmpty && !option.help.hasSuffix(".") && !option.group.isEmpty, "\(option.names)")
    }
  }

  @Test func theRecordsSayWhatCompletionsNeed() throws {
    func option(_ name: String) throws -> OptionDefinition<SampleValues> {
      try #require(sampleCommand.options.first { $0.names.contains(name) })
    }
    #expect(try option("--cell").value?.choices == ["lstm", "gru", "rnn"])
    #expect(try option("--checkpoint").value?.isPath == true)
    #expect(try option("--init-from").value?.isPath == true)
    #expect(try option("--prime").value?.isPath == false)
    #expect(try option("--grad-clip").value?.name == "NORM")
    #expect(try option("--hidden").value?.name == "N")
    #expect(try option("--quiet").value == nil)
    #expect(try option("-h").names == ["--help", "-h"])
    #expect(sampleCommand.options.suffix(3).map(\.names) == [["--version"], ["--completions"], ["--manual"]])
  }

  @Test func everyChoiceIsAccepted() {
    for option in sampleCommand.options {
      for choice in option.value?.choices ?? [] {
        #expect(throws: Never.self) { try sampleCommand.parse([option.names[0], choice]) }
      }
    }
  }

  @Test func suggestionsForgiveFewErrors() {
    #expect(nearest("--cell", among: ["--cell"]) == "--cell")
    #expect(nearest("--ecll", among: ["--cell"]) == "--cell")
    #expect(nearest("--zzll", among: ["--cell"]) == nil)
    #expect(nearest("--tempreture", among: ["--temperature"]) == "--temperature")
    #expect(nearest("--top-p", among: ["--top-k", "--top-q"]) == "--top-k")
    #expect(nearest("-a", among: ["-b"]) == nil)
  }

  /// Returns the suggestion of a tool with these names.
  private func nearest(_ typed: String, among names: [String]) -> String? {
    struct Flags {
      var isOn = false
    }
    let command = CommandDefinition(
      name: "t", summary: "Tests.", operands: "", version: "0", defaults: Flags(),
      options: names.map { OptionDefinition($0, sets: \.isOn, group: "General", help: "flag") })
    do {
      _ = try command.parse([typed])
      return typed
    } catch .unknownOption(_, let nearest) {
      return nearest
    } catch {
      Issue.record(error)
      return nil
    }
  }
}
