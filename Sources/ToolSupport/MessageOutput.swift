internal import CommandLineSupport
package import RecurrentEngine

/// Messages of a tool to its user, on standard error.
package protocol MessageOutput {
  var tool: String { get }
  var showsUnicode: Bool { get }

  /// - Parameter keepsSpaces: Whether to preserve all spaces, so that only the terminal wraps the line.
  func print(_ line: String, keepsSpaces: Bool)
}

extension MessageOutput {
  package func print(_ line: String) { print(line, keepsSpaces: false) }

  package func notice(_ text: String) { print("\(tool): notice: \(text)") }

  func describe(_ corpus: Corpus, files: [String], heldOutFiles: [String], _ policy: MalformedUTF8Policy) {
    let texts = names(of: files + heldOutFiles)
    print(
      "text: \(texts): \(NumberText.byteSize(corpus.byteCount)), "
        + "\(NumberText.counted(corpus.characterCount, corpus.vocabulary.unit.rawValue)), "
        + "vocabulary size \(corpus.vocabulary.count)")
    if corpus.unknownSymbolCount > 0 {
      print(
        "unknown symbol: \(NumberText.counted(corpus.unknownSymbolCount, "rare character")) of "
          + "\(NumberText.counted(corpus.vocabulary.foldedCount, "kind"))")
    }
    if !heldOutFiles.isEmpty { notice("the vocabulary covers \(texts)") }
    if let malformed = corpus.malformed { notice(malformed.notice(policy)) }
    if let (path, format) = corpus.foreignSource {
      let remedy = format.command == nil ? "" : "; for its text, \(format.remedy(for: path))"
      notice("\(path): \(format.phrase) and is read as it is\(remedy)")
    } else if corpus.lineEndings.areMixed, corpus.vocabulary.id(of: [0]) == nil {
      notice("\(corpus.lineEndings.sentence); dos2unix and mac2unix make them alike")
    }
  }

  /// Prints a message that ends in a command of `lstm-train`, which can be pasted.
  package func print(_ message: String, command options: [String], files: [String]) {
    let command = ShellCommand.text(["lstm-train"] + options, files: files, isASCII: !showsUnicode)
    print("\(message): \(command)", keepsSpaces: true)
  }

  /// Prints the settings of a run as a command that repeats it.
  package func describe(settings arguments: [String], _ settings: TrainingSettings, of text: TrainingText) {
    let heldOut = TrainingSettings.heldOutFileOptions.flatMap { $0.arguments(for: settings) }
    print("settings", command: arguments + heldOut, files: text.files)
  }

  package func describe(_ configuration: TrainingConfiguration, vocabularySize: Int, memory: MemoryEstimate) {
    let model = configuration.modelConfiguration(vocabularySize: vocabularySize)
    print(
      "model: \(model.cell.title), \(model.layerCount) × \(model.hiddenSize) units\(model.extrasText), "
        + "\(NumberText.grouped(model.parameterCount)) parameters; "
        + "\(NumberText.byteSize(memory.totalBytes)) of memory with batch size \(configuration.batchSize) and "
        + "sequence length \(configuration.chunkLength)")
  }

  package func notice(_ cut: CutRecords, _ separator: RecordSeparator?) {
    notice(
      "\(NumberText.counted(cut.count, separator?.recordName ?? "record")) longer than 100 times the median "
        + "(\(NumberText.counted(cut.medianLength, "character"))), cut into \(NumberText.grouped(cut.pieceCount)) pieces "
        + "that start from a zero state")
  }

  package func noticeShortText(_ fitted: TrainingConfiguration, _ asked: TrainingConfiguration) {
    guard fitted.chunkLength < asked.chunkLength || fitted.batchSize < asked.batchSize else { return }
    notice("the text is short: training with --batch-size \(fitted.batchSize) --seq-length \(fitted.chunkLength)")
  }

  /// Prints the characters that were added to a model's vocabulary and those that were dropped from it.
  package func describe(_ match: VocabularyMatch, from old: Vocabulary, to new: Vocabulary) {
    func list(_ ids: [Int32], of vocabulary: Vocabulary) -> String {
      let shown = ids.prefix(20).map { "'" + String(decoding: vocabulary.bytes(of: $0), as: UTF8.self) + "'" }
      return shown.joined(separator: " ") + (ids.count > shown.count ? " …" : "")
    }
    for (what, ids, vocabulary) in [
      ("new, with random weights", match.added, new),
      ("of the old model dropped, not in this text", match.dropped, old),
    ] where !ids.isEmpty {
      print("\(NumberText.counted(ids.count, vocabulary.unit.rawValue)) \(what): \(list(ids, of: vocabulary))")
    }
  }
}
