internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Treatment of characters outside the vocabulary.
enum UnknownCharacters: String, CaseIterable, Sendable {
  case error, skip, charge, nearest

  /// The treatment while a text is read.
  var policy: UnknownCharacterPolicy {
    switch self {
    case .error: .error
    case .skip, .charge: .skip
    case .nearest: .nearest
    }
  }
}

/// Parts of a text whose losses are listed, instead of the total.
enum Listing: Sendable {
  case characters, lines, records

  /// The option that asks for the list.
  var option: String {
    switch self {
    case .characters: "--per-character"
    case .lines: "--per-line"
    case .records: "--per-record"
    }
  }
}

struct ScoreOptions: Sendable {
  var unknown = UnknownCharacters.error
  var malformedUTF8: MalformedUTF8Policy?
  var streamCount: Int?

  var fileList = FileListOptions()
  var readsRequests = false

  var adaptation = AdaptationOptions()
  var mixture = MixtureOptions()

  var isJSON = false
  var listsLines = false
  var listsRecords = false
  var listsCharacters = false
  var hasHeader = false

  var threads: Int?
  var isQuiet = false
}

extension ScoreOptions {
  /// The lists that are asked for; at most one is allowed.
  private var listings: [Listing] {
    [(Listing.characters, listsCharacters), (.lines, listsLines), (.records, listsRecords)].filter(\.1).map(\.0)
  }

  var listing: Listing? { listings.first }

  /// Number of streams that a text is divided into; nil for the number that validation uses.
  var passStreamCount: Int? { listing == nil ? streamCount : 1 }

  /// - Throws: `UsageError` if options or files contradict each other.
  func check(files: [String]) throws(UsageError) {
    guard files.count(where: { $0 == "-" }) < 2 else {
      throw .operands("standard input can be read only once; give - once")
    }
    if listings.count > 1 {
      let names = listings.dropFirst().map(\.option) + [listings[0].option]
      throw .conflict("\(names[0]) and \(names[1]) are different lists; give one of them")
    }
    if let listing {
      let name = listing.option
      if isJSON { throw .conflict("\(name) writes lines, not JSON; leave out --json") }
      if files.count > 1 { throw .conflict("\(name) lists one text, but \(files.count) were given; give one") }
    }
    if let streamCount, streamCount > 1 {
      let single = adaptation.rate != nil ? "--adapt" : listing?.option
      if let single { throw .conflict("\(single) reads the text in one stream; leave out --streams") }
    }
    try checkRequests(files: files)
    try adaptation.check()
    try mixture.check()
  }

  private func checkRequests(files: [String]) throws(UsageError) {
    guard readsRequests else { return }
    guard files.isEmpty else {
      throw .operands("--requests reads texts from standard input; give a checkpoint alone")
    }
    let others = [
      (listing?.option ?? "", listing != nil), ("--json", isJSON), ("--adapt", adaptation.rate != nil),
      ("--streams", streamCount != nil),
    ]
    guard let other = others.first(where: \.1) else { return }
    throw .conflict("--requests and \(other.0) do not go together: each request is a text; leave out \(other.0)")
  }

  /// - Throws: `UsageError` if the model has no records, and they are to be listed.
  func check(for checkpoint: Checkpoint) throws(UsageError) {
    guard listsRecords, checkpoint.training.division.records == nil else { return }
    throw .conflict("--per-record is for a model that was trained with --lines or --records; use --per-line")
  }

  /// - Throws: `ToolError` with status `usage` if scoring needs more than the available memory.
  func checkMemory(for checkpoints: [Checkpoint]) throws(ToolError) {
    let adaptation = adaptation.adaptation(clip: nil)
    let estimates = checkpoints.map { checkpoint in
      let holdsSequences = checkpoint.training.division.records != nil
      let model = checkpoint.model.configuration
      guard let adaptation else {
        // Lists of records have as many rows as totals.
        let rowCount = holdsSequences ? streamCount : passStreamCount
        return MemoryEstimate(
          evaluating: model, streamCount: rowCount ?? ValidationStreams.maximumStreamCount,
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
