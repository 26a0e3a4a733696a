internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The character with which the texts of a model begin.
struct PromptStart {
  /// Token ID to read if the user's text is empty.
  var character: Int32
  /// Whether `character` also precedes a non-empty text, because training started there. After a zero state alone,
  /// a rare character can put a model into a state from which it never recovers.
  var followsStart: Bool

  init(_ vocabulary: Vocabulary, startCharacter: Int32, endMark: Int32?) {
    character = endMark ?? startCharacter
    followsStart = endMark != nil || vocabulary.newlineID == startCharacter
  }

  /// Returns the token IDs to read for a text of the user; at least one.
  func characters(before text: [Int32]) -> [Int32] { text.isEmpty || followsStart ? [character] + text : text }
}

/// The text that generation continues.
struct Prompt {
  /// Token IDs of the user's text.
  var text: [Int32]
  var start: PromptStart
  /// Whether each text of the model is a record.
  var isRecord: Bool
  /// Bytes to write before the generated text: the user's text as decoded from its token IDs, or nothing.
  var echo: [UInt8]

  /// Token IDs of the whole prompt; at least one.
  var characters: [Int32] { start.characters(before: text) }
}

extension Prompt {
  /// - Throws: `CorpusError` if a file cannot be read; `ToolError` if a text does not suit the model.
  init(_ options: SampleOptions, vocabulary: Vocabulary, startCharacter: Int32, endMark: Int32?) throws {
    text = try Self.read(options, vocabulary: vocabulary)
    start = PromptStart(vocabulary, startCharacter: startCharacter, endMark: endMark)
    isRecord = endMark != nil
    if let title = vocabulary.separatorTitle(in: text) {
      throw ToolError(.usage, "the prompt has a \(title), which ends a text of this model; give one without")
    }
    echo = options.omitsPrompt ? [] : text.flatMap(vocabulary.bytes(of:))
  }

  private static func read(_ options: SampleOptions, vocabulary: Vocabulary) throws -> [Int32] {
    guard let path = options.primeFile else {
      let text = options.prime ?? ""
      let encoder = PromptEncoder(
        vocabulary: vocabulary, policy: options.unknown, source: "--prime",
        hint: escapeHint(text, option: "--prime"))
      return try encoder.encode(Array(text.utf8), failure: .usage)
    }
    let source = path == "-" ? TextSource.standardInput : .file(path)
    let encoder = PromptEncoder(vocabulary: vocabulary, policy: options.unknown, source: source.path)
    let bytes = try source.readBytes()
    if vocabulary.unit != .byte, let format = ForeignFormat(startOf: bytes) {
      throw CorpusError.foreignFormat(path: source.path, format)
    }
    return try encoder.encode(bytes, failure: .badData)
  }
}

/// An encoder of a user's text into token IDs, with a notice about unknown characters.
struct PromptEncoder {
  var vocabulary: Vocabulary
  var policy: UnknownCharacterPolicy
  /// Name of the text in messages.
  var source: String
  /// Hint for a text with characters that the model does not know; nil if there is none.
  var hint: String?

  /// - Throws: `ToolError` with status `failure` if the text is malformed, or has unknown characters that are refused.
  func encode(_ bytes: [UInt8], failure: ExitStatus) throws -> [Int32] {
    let text: EncodedText
    do throws(VocabularyError) {
      text = try vocabulary.encode(bytes, unknown: policy)
    } catch {
      var remedy = ""
      if case .unknownSymbols(let symbols, _) = error {
        let hint = symbols.lazy.compactMap { vocabulary.hint(about: $0) }.first
        remedy =
          ", or --unknown skip or nearest" + (hint.map { " (\($0))" } ?? "")
          + (self.hint.map { "; \($0)" } ?? "")
      }
      throw ToolError(failure, "\(source): \(error.description)\(remedy)")
    }
    let changes = [
      change(text.replacedCount, "replaced by the nearest"), change(text.skippedCount, "skipped"),
      change(text.unknownCount, "read as the unknown symbol"),
    ]
    let notice = changes.compactMap { $0 }.joined(separator: ", ")
    if !notice.isEmpty {
      Tool.printNotice("\(source): not in the model's vocabulary: \(notice)", of: sampleCommand.name)
    }
    return text.ids
  }

  private func change(_ count: Int, _ what: String) -> String? {
    count > 0 ? "\(NumberText.counted(count, "character")) \(what)" : nil
  }
}
