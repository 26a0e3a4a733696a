import Testing

/// Tests of texts whose held-out end is unlike the rest.
struct UnlikeTextTests {
  private static let other = (0..<240).map { "\($0 * $0 % 97)" }.joined(separator: ";")
  private static let question = "the validation set is unlike the training set: "
  private static let verdict = "lstm-train: notice: that is worse than "

  private func notices(_ outcome: Outcome) -> [String] {
    outcome.errorLines.filter { $0.contains(Self.question) || $0.hasPrefix(Self.verdict) }
  }

  @Test func theEndIsOfAnotherKind() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text + String(Self.other.prefix(240)), to: "text.txt")
    let found = notices(try folder.train("--epochs", "6").expectSuccess())
    let remedy = "; give --split interleaved, a --val-file, or the files in a shuffled order"
    #expect(found.count == 2 && found.allSatisfy { $0.hasSuffix(remedy) }, "\(found)")
    #expect(found.first?.hasPrefix("lstm-train: notice: \(Self.question)") == true)

    // The suggested options remove the notice.
    #expect(notices(try folder.train("--split", "interleaved", "--dry-run")) == [])
    try folder.write(TinyTraining.text, to: "like.txt")
    #expect(notices(try folder.train("--val-file", "like.txt", "--dry-run")) == [])
    try folder.write(Self.other, to: "unlike.txt")
    let given = notices(try folder.train("--val-file", "unlike.txt", "--dry-run", texts: ["like.txt"]))
    #expect(given.count == 1 && given[0].hasSuffix("; give a --val-file like the training text"))
  }

  @Test func ordinaryTextsGiveNoNotice() throws {
    let folder = try WorkFolder()
    for options in [[], ["--lines"], ["--unit", "byte"], ["--split", "interleaved"]] {
      #expect(notices(try folder.train(options + ["--dry-run"])) == [])
    }
    for name in ["names.txt", "korean.txt"] {
      #expect(notices(try folder.train("--dry-run", texts: ["\(PackageFolder.path)/data/\(name)"])) == [])
    }
    // An untrained model.
    let untrained = notices(try folder.train("--steps", "0").expectSuccess())
    #expect(untrained.count == 1 && untrained[0].contains("; train longer, or give --split interleaved, "))
  }
}
