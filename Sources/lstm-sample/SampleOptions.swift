internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Values of the command-line options; nil for options that were not given, if the default would differ.
struct SampleOptions: Sendable {
  static let defaultLength = 1000
  static let defaultAnswerLength = 200
  static let defaultRepetitionWindow = 64

  var prime: String?
  var primeFile: String?
  var unknown = UnknownCharacterPolicy.error

  var count = 1
  var length: Int?
  var stop: String?
  var isInteractive = false
  var readsRequests = false

  var seed: UInt64?
  var temperature: Double?
  var topK: Int?
  var topP: Double?
  var minP: Double?
  var repetitionPenalty: Double?
  var repetitionWindow: Int?
  var allowed: String?
  var banned: String?
  var allowsUnknown = false
  var beamWidth: Int?
  var bestCount: Int?

  var mixture = MixtureOptions()
  var adaptation = AdaptationOptions()

  var omitsPrompt = false
  var separator: String?
  var endsWithNull = false
  var showsProbabilities = false
  var showsScores = false
  var hasHeader = false
  var threads: Int?
}

extension SampleOptions {
  /// Number of characters to generate.
  var textLength: Int { length ?? (isInteractive ? Self.defaultAnswerLength : Self.defaultLength) }

  /// Texts of the command line that the shell may have read otherwise than meant, and the names of their options.
  var texts: [(option: String, text: String)] {
    [("--prime", prime), ("--stop", stop), ("--separator", separator), ("--allow", allowed), ("--ban", banned)]
      .compactMap { option, text in text.map { (option, $0) } }
  }

  var hasPrompt: Bool { prime != nil || primeFile != nil }

  var isLeftToChance: Bool { beamWidth == nil && temperature != 0 }

  /// Whether characters are drawn, or shown, by their probabilities.
  var usesProbabilities: Bool { temperature != 0 || showsProbabilities }

  /// - Throws: `UsageError` if all characters are excluded.
  func samplingOptions(vocabulary: Vocabulary) throws -> SamplingOptions {
    SamplingOptions(
      temperature: temperature ?? 1, topK: topK, topP: topP ?? 1, minP: minP ?? 0,
      repetitionPenalty: repetitionPenalty ?? 1, repetitionWindow: repetitionWindow ?? Self.defaultRepetitionWindow,
      excluded: try excludedCharacters(of: vocabulary), allowsUnknown: allowsUnknown)
  }

  /// Returns the token IDs that `--allow` and `--ban` exclude. Unknown characters are no error: none is ever generated.
  private func excludedCharacters(of vocabulary: Vocabulary) throws -> Set<Int32> {
    func characters(_ option: String, _ text: String) throws -> Set<Int32> {
      Set(try vocabulary.encode(text, unknown: .skip, for: option).ids).subtracting([vocabulary.unknownID ?? -1])
    }
    let all = Set(0..<Int32(vocabulary.count)).subtracting([vocabulary.unknownID ?? -1])
    var excluded = try allowed.map { all.subtracting(try characters("--allow", $0)) } ?? []
    if let banned { excluded.formUnion(try characters("--ban", banned)) }
    guard !all.isSubset(of: excluded) else {
      let names = [allowed.map { _ in "--allow" }, banned.map { _ in "--ban" }].compactMap { $0 }
      throw UsageError.conflict(
        "\(names.joined(separator: " and ")) \(names.count == 1 ? "leaves" : "leave") none of the characters that the "
          + "model knows; leave some")
    }
    return excluded
  }

  /// - Parameter endMark: Token ID that ends each text of the model; nil if there is none.
  /// - Throws: `UsageError` or `ToolError` if the text is empty, or can never be generated.
  func stopText(vocabulary: Vocabulary, endMark: Int32?) throws -> StopText {
    guard let stop else { return StopText(endMark: endMark) }
    guard !stop.isEmpty else {
      throw UsageError.invalidValue(option: "--stop", value: stop, allowed: "a text of at least one character")
    }
    let text = try vocabulary.encode(stop, unknown: .error, for: "--stop")
    guard text.unknownCount == 0 || allowsUnknown else {
      throw ToolError(.usage, "--stop: the model knows the text only as its unknown symbol; give another text")
    }
    return StopText(text.ids, endMark: endMark)
  }
}

extension Vocabulary {
  /// - Throws: `ToolError` with status `usage`, which names the option.
  func encode(_ text: String, unknown: UnknownCharacterPolicy, for option: String) throws(ToolError) -> EncodedText {
    do throws(VocabularyError) {
      return try encode(Array(text.utf8), unknown: unknown)
    } catch {
      let hint = escapeHint(text, option: option).map { "; \($0)" } ?? ""
      throw ToolError(.usage, "\(option): \(error.description)\(hint)")
    }
  }
}
