internal import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls
internal import ToolSupport

/// The answers to requests for the losses of texts.
struct ScoreRequests {
  private static let names = ["text", "context", "choices"]
  private static let mostChoices = 1000
  private static let mostPredictions = 1 << 22
  private static let rowCount = 16

  private let vocabulary: Vocabulary
  /// The token ID of the end of a record; nil if the texts of the model are no records.
  private let endMark: Int32?
  private let policy: UnknownCharacterPolicy
  /// The loss of an unknown character, in nats; nil if it is not scored.
  private let natsOfUnknown: Double?
  private let pass: ArrivingMixturePass

  /// A text in the token IDs of the model, and the part of it that is scored.
  private struct ScoredText {
    var predictions = Predictions()
    /// The number of first predictions that do not count.
    var ignoredCount = 0
    var unknownCount = 0
  }

  init(_ scorer: TextScorer) {
    vocabulary = scorer.mixture.vocabulary
    endMark = vocabulary.endMark
    policy = scorer.options.unknown.policy
    natsOfUnknown = scorer.natsOfUnknown
    pass = ArrivingMixturePass(
      scorer.mixture.models.map {
        SequencePass($0, rowCount: Self.rowCount, threadCount: scorer.threadCount)
      }, weights: scorer.mixture.weights)
  }

  /// Returns the members of the answer to a request.
  ///
  /// - Throws: `RequestError`
  func answer(_ request: Request) throws -> [String: JSONValue] {
    try request.check(names: Self.names)
    let context = try encode(try request.text("context") ?? "", of: "context")
    let (text, choices) = (try request.text("text"), try request.texts("choices"))
    switch (text, choices) {
    case (let text?, nil):
      let encoded = try encode(text, of: "text")
      return describe(
        try losses(of: [try scored(context.ids, encoded, skipsFirst: context.ids.isEmpty)])[0],
        unknownCount: encoded.skippedCount + encoded.unknownCount)
    case (nil, let choices?):
      guard (1...Self.mostChoices).contains(choices.count) else {
        throw RequestError("choices: takes 1 to \(Self.mostChoices) texts, not \(choices.count)")
      }
      guard !context.ids.isEmpty || endMark != nil || vocabulary.newlineID != nil else {
        throw RequestError("choices: need a context, as the model has no line feed to begin with; give a context")
      }
      return describe(
        try losses(
          of: try choices.map { choice in
            try scored(context.ids, try encode(choice, of: "choices"), skipsFirst: false)
          }))
    default: throw RequestError("give either text or choices")
    }
  }

  private func encode(_ text: String, of member: String) throws(RequestError) -> EncodedText {
    let encoded = try vocabulary.encode(text, of: member, unknown: policy)
    if let title = vocabulary.separatorTitle(in: encoded.ids) {
      throw RequestError("\(member): has a \(title), which ends a text of this model; give one without")
    }
    return encoded
  }

  /// - Parameter skipsFirst: Whether the first character of a text that is no record is not scored, as in a file.
  private func scored(_ context: [Int32], _ text: EncodedText, skipsFirst: Bool) throws(RequestError) -> ScoredText {
    var scored = ScoredText(unknownCount: text.skippedCount)
    let characters = context + text.ids + (endMark.map { context.isEmpty && text.ids.isEmpty ? [] : [$0] } ?? [])
    var previous = endMark ?? vocabulary.newlineID
    for (index, character) in characters.enumerated() {
      if let previous { scored.predictions.append(character, after: previous, isStart: scored.predictions.isEmpty) }
      previous = character
      let isScored = index >= context.count && (index > 0 || !skipsFirst || endMark != nil)
      if !isScored { scored.ignoredCount = scored.predictions.count }
    }
    return scored
  }

  /// Returns the losses that count of each text, with those of unknown characters.
  private func losses(of texts: [ScoredText]) throws -> [[Double]] {
    var all = Predictions()
    guard texts.reduce(0, { $0 + $1.predictions.count }) <= Self.mostPredictions else {
      throw RequestError("choices: more than \(Self.mostPredictions) characters with their contexts; shorten them")
    }
    for text in texts { all.append(text.predictions) }
    let losses = pass.losses(of: all)
    guard losses.allSatisfy(\.isFinite) else {
      throw RequestError("the model's probabilities are NaN or infinite; use a model of a run that did not diverge")
    }
    var start = 0
    return texts.map { text in
      let own = losses[start..<start + text.predictions.count].dropFirst(text.ignoredCount)
      start += text.predictions.count
      return own.map(Double.init) + (natsOfUnknown.map { [Double](repeating: $0, count: text.unknownCount) } ?? [])
    }
  }

  private func describe(_ losses: [Double], unknownCount: Int) -> [String: JSONValue] {
    let nats = losses.reduce(0, +)
    var members: [String: JSONValue] = [
      "characters": .integer(UInt64(losses.count)), "nats": losses.isEmpty ? .null : .number(nats),
      "nats_per_character": losses.isEmpty ? .null : .number(nats / Double(losses.count)),
    ]
    if unknownCount > 0 { members["unknown_characters"] = .integer(UInt64(unknownCount)) }
    return members
  }

  /// The losses of choices, and their probabilities if one of them is certain.
  private func describe(_ choices: [[Double]]) -> [String: JSONValue] {
    let nats = choices.map { $0.reduce(0, +) }
    let least = nats.reduce(.infinity, min)
    let shares = nats.map { Mathematics.exponential(least - $0) }
    let sum = shares.reduce(0, +)
    return ["nats": .array(nats.map(JSONValue.number)), "probabilities": .array(shares.map { .number($0 / sum) })]
  }
}
