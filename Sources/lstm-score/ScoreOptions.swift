internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// What becomes of characters that the model does not know.
enum UnknownCharacters: String, CaseIterable, Sendable {
  case error, skip, charge
}

/// What is written of every part of a text instead of the figures of the whole.
enum Listing: Sendable {
  case characters, lines
}

/// What the command line says.
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

  var threads: Int?
  var isQuiet = false
}

extension ScoreOptions {
  var listing: Listing? { listsCharacters ? .characters : listsLines ? .lines : nil }

  /// The streams that a text is cut into; nil for as many as validation has.
  var passStreamCount: Int? { listing == nil ? streamCount : 1 }

  func adaptation(clip: Double?) -> Adaptation? {
    adaptationRate.map {
      Adaptation(rate: $0, chunkLength: adaptationLength ?? Self.defaultAdaptationLength, clip: clip)
    }
  }

  /// - Throws: `UsageError` if options or texts do not go together.
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

  /// - Throws: `ToolError` with status `usage` if there is less memory than is needed.
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
