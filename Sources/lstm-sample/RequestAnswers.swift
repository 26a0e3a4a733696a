internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The answers to requests for texts.
struct RequestAnswers {
  private static let names = [
    "prompt", "length", "temperature", "top_k", "top_p", "min_p", "stop", "seed", "count", "session", "close",
  ]
  private static let largestCount = 10_000
  private static let mostCharacters = 10_000_000
  private static let mostSessions = 1000
  private static let longestSessionName = 200

  private let options: SampleOptions
  private let mixture: ModelMixture
  private let sampling: SamplingOptions
  private let start: PromptStart
  private let stop: StopText
  private let sampler: ContinuingSampler
  /// The end of the text of each session; nil for one that begins a new record.
  private var sessions: [String: ContinuingSampler.Position?] = [:]

  /// - Parameters:
  ///   - sampling: The options of sampling that a request can replace.
  ///   - stop: The text that ends generation, unless a request has another.
  init(
    _ options: SampleOptions, _ mixture: ModelMixture, _ sampling: SamplingOptions, _ start: PromptStart,
    _ stop: StopText, threadCount: Int
  ) {
    self.options = options
    self.mixture = mixture
    self.sampling = sampling
    self.start = start
    self.stop = stop
    sampler = ContinuingSampler(
      mixture, memory: sampling.repetitionPenalty == 1 ? 0 : sampling.repetitionWindow, threadCount: threadCount)
  }

  /// Returns the members of the answer to a request.
  ///
  /// - Throws: `RequestError`
  mutating func answer(_ request: Request) throws -> [String: JSONValue] {
    try request.check(names: Self.names)
    let session = try session(of: request)
    let sampling = try samplingOptions(of: request)
    let stop = try stopText(of: request)
    let count = try request.integer("count", in: 1...UInt64(Self.largestCount)).map(Int.init)
    let length = try length(of: request, count: count ?? 1)
    let seed = try request.integer("seed", in: 0...UInt64.max) ?? options.seed
    if session != nil, count ?? 1 > 1 { throw RequestError("count: a session is a single text; leave out count") }
    let prompt = try prompt(of: request)

    let usedSeed = seed ?? UInt64.random(in: .min ... .max)
    let position = position(after: prompt.ids, in: session)
    let texts = (0..<(count ?? 1)).map { number in
      var random = RandomGenerator(seed: usedSeed, stream: UInt64(number))
      return sampler.generate(
        from: position, length: length, options: sampling, stop: stop, using: &random,
        measuresProbability: options.showsScores)
    }
    if let session { try keep(session, texts[0], stop, isClosed: try request.flag("close")) }

    var members = describe(texts, stop, isList: count != nil)
    if sampling.temperature > 0 { members["seed"] = .integer(usedSeed) }
    if prompt.skippedCount > 0 { members["skipped"] = .integer(UInt64(prompt.skippedCount)) }
    if prompt.unknownCount > 0 { members["unknown"] = .integer(UInt64(prompt.unknownCount)) }
    if prompt.replacedCount > 0 { members["replaced"] = .integer(UInt64(prompt.replacedCount)) }
    return members
  }

  // MARK: Members

  private func session(of request: Request) throws(RequestError) -> String? {
    let name = try request.text("session")
    if name == nil, try request.flag("close") { throw RequestError("close: needs a session; name it") }
    guard let name else { return nil }
    guard !name.isEmpty, name.utf8.count <= Self.longestSessionName else {
      throw RequestError("session: takes a name of 1 to \(Self.longestSessionName) bytes, not \(name.utf8.count)")
    }
    guard sessions[name] != nil || sessions.count < Self.mostSessions else {
      throw RequestError("session: more than \(Self.mostSessions) sessions; end others with \"close\": true")
    }
    return name
  }

  private func samplingOptions(of request: Request) throws(RequestError) -> SamplingOptions {
    var sampling = sampling
    if let value = try request.number("temperature", "a number from 0 up", where: { $0 >= 0 && $0.isFinite }) {
      sampling.temperature = value
    }
    if let value = try request.integer("top_k", in: 1...UInt64(Int32.max)) { sampling.topK = Int(value) }
    if let value = try request.number("top_p", "a number above 0 up to 1", where: { $0 > 0 && $0 <= 1 }) {
      sampling.topP = value
    }
    if let value = try request.number("min_p", "a number from 0 to 1", where: { $0 >= 0 && $0 <= 1 }) {
      sampling.minP = value
    }
    return sampling
  }

  private func stopText(of request: Request) throws(RequestError) -> StopText {
    guard let text = try request.text("stop") else { return stop }
    guard !text.isEmpty else { throw RequestError("stop: takes a text of at least one character, not an empty one") }
    return StopText(try mixture.vocabulary.encode(text, of: "stop", unknown: .error).ids, endMark: stop.endMark)
  }

  private func length(of request: Request, count: Int) throws(RequestError) -> Int {
    let length = try request.integer("length", in: 0...UInt64(Self.mostCharacters)).map(Int.init) ?? options.textLength
    guard length <= Self.mostCharacters / count else {
      throw RequestError("length: more than \(Self.mostCharacters) characters in all texts; lower length or count")
    }
    return length
  }

  private func prompt(of request: Request) throws(RequestError) -> EncodedText {
    let prompt = try mixture.vocabulary.encode(
      try request.text("prompt") ?? "", of: "prompt", unknown: options.unknown)
    if let title = mixture.vocabulary.separatorTitle(in: prompt.ids) {
      throw RequestError("prompt: has a \(title), which ends a text of this model; give one without")
    }
    return prompt
  }

  // MARK: Texts

  private func position(after prompt: [Int32], in session: String?) -> ContinuingSampler.Position {
    if let session, let position = sessions[session] ?? nil {
      return sampler.position(after: prompt, continuing: position)
    }
    return sampler.position(after: start.characters(before: prompt))
  }

  private mutating func keep(
    _ session: String, _ text: ContinuingSampler.Text, _ stop: StopText, isClosed: Bool
  ) throws(RequestError) {
    if isClosed {
      sessions[session] = nil
    } else {
      let hasEnded = stop.endMark != nil && text.characters.last == stop.endMark
      sessions.updateValue(hasEnded ? nil : text.position, forKey: session)
    }
  }

  private func describe(
    _ texts: [ContinuingSampler.Text], _ stop: StopText, isList: Bool
  ) -> [String: JSONValue] {
    let vocabulary = mixture.vocabulary
    let strings = texts.map { text in
      JSONValue.text(vocabulary.text(of: text.characters.filter { $0 != stop.endMark }))
    }
    let stopped = texts.map { text in
      var stop = stop
      return JSONValue.boolean(text.characters.contains { stop.append($0) })
    }
    let scores = texts.compactMap { $0.logProbability.map { JSONValue.number($0) } }
    guard isList else {
      var members = ["text": strings[0], "stopped": stopped[0]]
      members["log_probability"] = scores.first
      return members
    }
    var members = ["texts": JSONValue.array(strings), "stopped": .array(stopped)]
    members["log_probabilities"] = options.showsScores ? .array(scores) : nil
    return members
  }
}
