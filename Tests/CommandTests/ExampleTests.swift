import Foundation
import RecurrentEngine
import Testing

/// Tests of the programs in `Examples/` that use the library.
struct ExampleTests {
  // MARK: name-generator

  private static let names = ["Ada", "Alba", "Anna", "Bella", "Della", "Ella", "Elsa", "Hanna", "Lena", "Nell"]

  @Test func newNamesAreInNoListAndOfItsLetters() throws {
    let folder = try WorkFolder()
    try folder.write(Self.names.joined(separator: "\n") + "\n", to: "names.txt")
    let outcome = try folder.run(.nameGenerator, ["names.txt", "12"]).expectSuccess()
    #expect(outcome.error.isEmpty)
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let names = lines.dropLast().map(String.init)
    #expect(names.count == 12 && Set(names).count == 12)
    #expect(Set(names).isDisjoint(with: Self.names))
    #expect(names.allSatisfy { !$0.isEmpty && Set($0).isSubset(of: Self.names.joined()) })
    let share = try #require(lines.last?.wholeMatch(of: /([0-9]+) % of ([0-9]+) names drawn were in the list/))
    let (percent, drawnCount) = (try #require(Int(share.1)), try #require(Int(share.2)))
    // A repeated draw is neither a new name nor one of the list.
    #expect((0..<100).contains(percent) && percent * drawnCount <= 100 * (drawnCount - 12))
    #expect(try folder.names() == ["names.txt"])
  }

  @Test func aListWithoutOtherNamesEnds() throws {
    let folder = try WorkFolder()
    try folder.write("a\na\na\na\n", to: "names.txt")
    let outcome = try folder.run(.nameGenerator, ["names.txt", "1000"]).expectSuccess()
    #expect(outcome.output.hasSuffix(" % of 100000 names drawn were in the list\n"))
  }

  @Test func listsThatCannotBeLearnedFrom() throws {
    let folder = try WorkFolder()
    try folder.write("", to: "empty.txt")
    try folder.run(.nameGenerator, ["names.txt"]).expect(
      status: 66,
      error: "name-generator: names.txt: cannot open (No such file or directory); check the path\n")
    try folder.run(.nameGenerator, ["empty.txt"]).expect(
      status: 65, error: "name-generator: empty.txt: empty; give some text\n")
    try folder.write(Data([0x41, 0xFF]), to: "binary.txt")
    try folder.run(.nameGenerator, ["binary.txt"]).expect(
      status: 65, error: "name-generator: binary.txt: not valid UTF-8 at byte 1; convert it\n")
    for arguments in [[], ["empty.txt", "0"], ["empty.txt", "many"], ["empty.txt", "1", "2"]] {
      try folder.run(.nameGenerator, arguments).expect(
        status: 64, error: "name-generator: usage: name-generator names.txt [how-many]\n")
    }
  }

  // MARK: next-character-suggester

  @Test func suggestionsAreThoseOfTheModel() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    let model = try Checkpoint(path: folder.path(of: "checkpoint.bin")).model
    let prefixes = ["the se", "wind", "rose and"]
    try folder.write(prefixes.joined(separator: "\n") + "\n", to: "prefixes.txt")
    let arguments = ["checkpoint.bin", "4"]
    let given = try folder.run(.nextCharacterSuggester, arguments + prefixes).expectSuccess()
    let read = try folder.run(.nextCharacterSuggester, arguments, input: "prefixes.txt").expectSuccess()
    #expect(given.output == read.output)

    let lines = given.output.split(separator: "\n")
    try #require(lines.count == prefixes.count)
    for (line, prefix) in zip(lines, prefixes) {
      let sampler = Sampler(model)
      try model.vocabulary.encode(prefix).forEach(sampler.read)
      let probabilities = sampler.probabilities()
      let pairs = line.matches(of: /"(\\n|.)" ([01]\.[0-9]{3})/)
      #expect(pairs.map { "\($0.0)" }.joined(separator: "  ") == line)
      let printed = try pairs.map { try #require(Double($0.2)) }
      for (value, expected) in zip(printed, probabilities.sorted(by: >).prefix(4)) {
        #expect(abs(value - expected) < 0.000_51)
      }
      let characters = try pairs.map { try model.vocabulary.encode($0.1 == "\\n" ? "\n" : String($0.1))[0] }
      #expect(printed.count == 4 && Set(characters).count == 4)
      for (value, character) in zip(printed, characters) {
        #expect(abs(value - probabilities[Int(character)]) < 0.000_51)
      }
    }
  }

  @Test func unusableCheckpointsAndPrefixes() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    try folder.run(.nextCharacterSuggester, ["nowhere.bin", "3", "the"]).expect(
      status: 66, error: "next-character-suggester: nowhere.bin: cannot open (No such file or directory)\n")
    let damaged = try folder.run(.nextCharacterSuggester, ["text.txt", "3", "the"])
    #expect(damaged.status == 65 && damaged.output.isEmpty && damaged.errorLines.count == 1)
    let unknown = try folder.run(.nextCharacterSuggester, ["checkpoint.bin", "3", "the", "Ü"])
    #expect(unknown.status == 65 && unknown.errorLines.count == 1 && unknown.error.contains("'Ü'"))
    for arguments in [[], ["checkpoint.bin"], ["checkpoint.bin", "0", "the"], ["checkpoint.bin", "the"]] {
      try folder.run(.nextCharacterSuggester, arguments).expect(
        status: 64,
        error: "next-character-suggester: usage: next-character-suggester checkpoint.bin how-many [prefix ...]\n")
    }
  }

  // MARK: first-steps

  @Test func firstStepsTrainSampleScoreSaveAndResume() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let outcome = try folder.run(.firstSteps, ["text.txt"]).expectSuccess()
    let losses = outcome.output.matches(of: /epoch ([1-5]): ([0-9.]+) nats per character\n/)
    #expect(losses.map { $0.1 } == ["1", "2", "3", "4", "5"])
    #expect(try #require(Double(losses[4].2)) < #require(Double(losses[0].2)))
    #expect(outcome.output.contains(/\nthe other text: [0-9.]+ nats per character\n/))
    let state = try SavedRun(path: folder.path(of: "checkpoint.last.bin"))
    #expect(outcome.output.contains("\nresuming with step \(state.progress.step + 1): "))
    #expect(try folder.names() == ["checkpoint.bin", "checkpoint.last.bin", "text.txt"])

    try folder.run(.firstSteps, ["nowhere.txt"]).expect(
      status: 65,
      error: "first-steps: nowhere.txt: cannot open (No such file or directory); check the path\n")
  }

  @Test func theArticleShowsFirstSteps() throws {
    let article = try text(of: "Sources/RecurrentEngine/Documentation.docc/Guide/FirstSteps.md")
    let programs = article.matches(of: /(?s)```swift\n(.*?)```/).map { String($0.1) }
    #expect(programs == [try text(of: "Examples/first-steps/main.swift")])
  }

  private func text(of path: String) throws -> String {
    try String(contentsOfFile: "\(PackageFolder.path)/\(path)", encoding: .utf8)
  }
}
