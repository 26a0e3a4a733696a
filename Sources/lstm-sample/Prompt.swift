internal import CommandLineSupport
internal import RecurrentEngine

/// What generation goes on from.
struct Prompt {
  /// What the user has given, as the model reads it.
  var text: [Int32]
  /// What the model reads where it is given nothing.
  var startCharacter: Int32
  /// Whether it reads that before any text, too, as it has learned to begin there. After a zero state alone a rare
  /// character can leave a model in a state from which it never finds back.
  var beginsLine: Bool
  /// Whether each text of the model is a line.
  var isLine: Bool
  /// What the user reads first: the text as the model has read it, unless that is not wanted.
  var echo: [UInt8]

  /// What the model reads first; at least one character.
  var characters: [Int32] { text.isEmpty || beginsLine ? [startCharacter] + text : text }
}

extension Prompt {
  /// - Throws: `CorpusError` if a file cannot be read; `ToolError` if a text is not one for this model.
  init(_ options: SampleOptions, vocabulary: Vocabulary, startCharacter: Int32, endMark: Int32?) throws {
    text = try Self.read(options, vocabulary: vocabulary)
    self.startCharacter = endMark ?? startCharacter
    beginsLine = vocabulary.newlineID == self.startCharacter
    isLine = endMark != nil
    if let endMark, text.contains(endMark) {
      throw ToolError(.usage, "the prompt has a line feed, which ends a text of this model; give one without")
    }
    echo = options.omitsPrompt ? [] : text.flatMap(vocabulary.bytes(of:))
  }

  private static func read(_ options: SampleOptions, vocabulary: Vocabulary) throws -> [Int32] {
    guard let path = options.primeFile else {
      let encoder = PromptEncoder(vocabulary: vocabulary, policy: options.unknown, source: "--prime")
      return try encoder.encode(Array((options.prime ?? "").utf8), failure: .usage)
    }
    let source = path == "-" ? TextSource.standardInput : .file(path)
    let encoder = PromptEncoder(vocabulary: vocabulary, policy: options.unknown, source: source.path)
    return try encoder.encode(try source.readBytes(), failure: .badData)
  }
}

/// Turns what a user has written into what the model reads, and says what it made of unknown characters.
struct PromptEncoder {
  var vocabulary: Vocabulary
  var policy: UnknownCharacterPolicy
  /// The name by which messages call the text.
  var source: String

  /// - Throws: `ToolError` with the status `failure` if it is malformed, or has unknown characters and may not.
  func encode(_ bytes: [UInt8], failure: ExitStatus) throws -> [Int32] {
    let text: EncodedText
    do throws(VocabularyError) {
      text = try vocabulary.encode(bytes, unknown: policy)
    } catch {
      var remedy = ""
      if case .unknownSymbols = error { remedy = ", or --unknown skip or nearest" }
      throw ToolError(failure, "\(source): \(error.description)\(remedy)")
    }
    let changes = [change(text.replacedCount, "read in the other case"), change(text.skippedCount, "skipped")]
    let notice = changes.compactMap { $0 }.joined(separator: ", ")
    if !notice.isEmpty {
      let line = "lstm-sample: notice: \(source): not in the model's vocabulary: \(notice)"
      try OutputDescriptor.standardError.write(TerminalText.escaped(line) + "\n")
    }
    return text.ids
  }

  private func change(_ count: Int, _ what: String) -> String? {
    count > 0 ? "\(NumberText.counted(count, "character")) \(what)" : nil
  }
}
