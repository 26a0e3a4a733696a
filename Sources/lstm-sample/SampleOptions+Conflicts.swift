internal import CommandLineSupport
internal import ToolSupport

extension SampleOptions {
  /// - Throws: `UsageError.conflict`, which names two contradicting options.
  func checkConflicts() throws(UsageError) {
    try refuse(
      "--beam", if: beamWidth != nil, with: chanceOptions,
      because: "beam search is deterministic")
    try refuse(
      "--beam", if: beamWidth != nil, with: [manyTexts, interactive, probabilities],
      because: "beam search finds a single text")
    try refuse(
      "--interactive", if: isInteractive, with: [manyTexts, probabilities, ("--separator", separator != nil)],
      because: "a conversation is a single text")
    try refuse(
      "--show-probabilities", if: showsProbabilities,
      with: [manyTexts, ("--separator", separator != nil), ("--null", endsWithNull)],
      because: "the table lists a single text")
    try refuse(
      "--scores", if: showsScores,
      with: [interactive, probabilities, ("--separator", separator != nil), ("--null", endsWithNull)],
      because: "they are columns of a table of whole texts")
    try refuse(
      "--requests", if: readsRequests,
      with: [
        interactive, probabilities, manyTexts, ("--beam", beamWidth != nil), ("--prime", prime != nil),
        ("--prime-file", primeFile != nil), ("--separator", separator != nil), ("--null", endsWithNull),
        ("--adapt", adaptation.rate != nil),
      ],
      because: "each request is one JSON object, which has the prompt and the count")
    if let bestCount, bestCount > beamWidth ?? .max {
      throw .conflict("--best \(bestCount) is more than --beam \(beamWidth ?? 0) holds; raise --beam")
    }
    try refuse(
      "--prime", if: prime != nil, with: [("--prime-file", primeFile != nil)], because: "there is one prompt")
    try refuse(
      "--interactive", if: isInteractive, with: [("--prime-file -", primeFile == "-")],
      because: "standard input can be read once")
    try refuse(
      "--null", if: endsWithNull, with: [("--separator", separator != nil)],
      because: "both set the separator")
    try adaptation.check()
    try mixture.check()
    if repetitionWindow != nil, repetitionPenalty == nil {
      throw .conflict("--repetition-window has no effect without --repetition-penalty; give that, too")
    }
  }

  private typealias Given = (name: String, isGiven: Bool)

  private var manyTexts: Given { ("--count", count > 1) }
  private var interactive: Given { ("--interactive", isInteractive) }
  private var probabilities: Given { ("--show-probabilities", showsProbabilities) }

  private var chanceOptions: [Given] {
    [
      ("--temperature", temperature != nil), ("--top-k", topK != nil), ("--top-p", topP != nil),
      ("--min-p", minP != nil), ("--seed", seed != nil),
    ]
  }

  private func refuse(
    _ name: String, if isGiven: Bool, with others: [Given], because reason: String
  ) throws(UsageError) {
    guard isGiven, let other = others.first(where: \.isGiven) else { return }
    throw .conflict("\(name) and \(other.name) do not go together: \(reason); leave one of them out")
  }
}
