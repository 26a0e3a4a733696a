internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Treatment of characters outside the vocabulary.
enum UnknownCharacters: String, CaseIterable, Sendable {
  case error, skip, charge, nearest
}

/// Parts of a text whose losses are listed, instead of the total.
enum Listing: Sendable {
  case characters, lines
}

struct ScoreOptions: Sendable {
  var unknown = UnknownCharacters.error
  var malformedUTF8: MalformedUTF8Policy?
  var streamCount: Int?

  var adaptation = AdaptationOptions()
  var mixture = MixtureOptions()

  var isJSON = false
  var listsLines = false
  var listsCharacters = false
  var hasHeader = false

  var threads: Int?
  var isQuiet = false
}

extension ScoreOptions {
  var listing: Listing? { listsCharacters ? .characters : listsLines ? .lines : nil }

  /// Number of streams that a text is divided into; nil for the number that validation uses.
  var passStreamCount: Int? { listing == nil ? streamCount : 1 }

  /// - Throws: `UsageError` if options or files contradict each other.
  func check(files: [String]) throws(UsageError) {
    guard files.count(where: { $0 == "-" }) < 2 else {
      throw .operands("standard input can be read only once; give - once")
    }
    if listsLines, listsCharacters {
      throw .conflict("--per-line and --per-character are different lists; give one of them")
    }
    if let listing {
      let name = listing == .lines ? "--per-line" : "--per-character"
      if isJSON { throw .conflict("\(name) writes lines, not JSON; leave out --json") }
      if files.count > 1 { throw .conflict("\(name) lists one text, but \(files.count) were given; give one") }
    }
    if let streamCount, streamCount > 1 {
      let single =
        adaptation.rate != nil ? "--adapt" : listsLines ? "--per-line" : listsCharacters ? "--per-character" : nil
      if let single { throw .conflict("\(single) reads the text in one stream; leave out --streams") }
    }
    try adaptation.check()
    try mixture.check()
  }

  /// - Throws: `ToolError` with status `usage` if scoring needs more than the available memory.
  func checkMemory(for checkpoints: [Checkpoint]) throws(ToolError) {
    let adaptation = adaptation.adaptation(clip: nil)
    let estimates = checkpoints.map { checkpoint in
      let holdsSequences = checkpoint.training.division.records != nil
      let model = checkpoint.model.configuration
      guard let adaptation else {
        return MemoryEstimate(
          evaluating: model, streamCount: passStreamCount ?? ValidationStreams.maximumStreamCount,
          holdsSequences: holdsSequences)
      }
      return MemoryEstimate(
        model, batchSize: 1, chunkLength: adaptation.chunkLength, validationBatchSize: 1, momentCount: 2,
        holdsSequences: holdsSequences)
    }
    try ToolSupport.checkMemory(
      .sum(of: estimates), for: adaptation == nil ? "scoring" : "--adapt",
      remedy: adaptation == nil ? "lower --streams" : "lower --adapt-length")
  }
}
