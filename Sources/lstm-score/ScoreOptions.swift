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
  static let defaultAdaptationLength = 20

  var unknown = UnknownCharacters.error
  var malformedUTF8: MalformedUTF8Policy?
  var streamCount: Int?

  var adaptationRate: Double?
  var adaptationLength: Int?

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

  func adaptation(clip: Double?) -> Adaptation? {
    adaptationRate.map {
      Adaptation(rate: $0, chunkLength: adaptationLength ?? Self.defaultAdaptationLength, clip: clip)
    }
  }

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
        adaptationRate != nil ? "--adapt" : listsLines ? "--per-line" : listsCharacters ? "--per-character" : nil
      if let single { throw .conflict("\(single) reads the text in one stream; leave out --streams") }
    }
    if adaptationLength != nil, adaptationRate == nil {
      throw .conflict("--adapt-length is for --adapt; give a rate, too")
    }
  }

  /// - Throws: `ToolError` with status `usage` if scoring needs more than the available memory.
  func checkMemory(for checkpoint: Checkpoint) throws(ToolError) {
    let model = checkpoint.model.configuration
    let readsLines = checkpoint.training.division.readsLines
    if let adaptation = adaptation(clip: nil) {
      let estimate = MemoryEstimate(
        model, batchSize: 1, chunkLength: adaptation.chunkLength, validationBatchSize: 1, momentCount: 1,
        holdsSequences: readsLines)
      try ToolSupport.checkMemory(estimate, for: "--adapt", remedy: "lower --adapt-length")
    } else {
      let streams = passStreamCount ?? ValidationStreams.maximumStreamCount
      try ToolSupport.checkMemory(
        MemoryEstimate(evaluating: model, streamCount: streams, holdsSequences: readsLines), for: "scoring",
        remedy: "lower --streams")
    }
  }
}
