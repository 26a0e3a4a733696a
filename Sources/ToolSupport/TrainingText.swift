package import CommandLineSupport
package import RecurrentEngine

/// The text of a run, with its division for a single stream.
package struct TrainingText {
  package let corpus: Corpus
  package let split: CorpusSplit
  /// Corpus files, as the operands name them.
  package let files: [String]
  package let heldOutFiles: [String]

  /// Reads and divides a text, and prints its size.
  ///
  /// - Parameters:
  ///   - sources: The sources to read under the names of the files; nil to read the files themselves.
  ///   - kept: A vocabulary whose entries are kept; nil if there is none.
  ///   - share: The share of this process in the scan; nil if it scans all of the text.
  /// - Throws: `CorpusError`; `ToolError` or `UsageError` if the text does not suit the options.
  package init(
    _ files: [String], from sources: [TextSource]? = nil, keeping kept: Vocabulary? = nil, _ settings: TrainingSettings,
    share: ScanShare? = nil,
    _ output: some MessageOutput
  ) throws {
    self.files = files
    heldOutFiles = settings.heldOutFiles
    let configuration = settings.configuration
    corpus = try Corpus(
      sources: sources ?? (files + heldOutFiles).map(TextSource.init(operand:)), unit: configuration.unit,
      malformedUTF8: configuration.malformedUTF8,
      rule: VocabularyRule(
        maximumCount: settings.maximumVocabulary, minimumOccurrences: settings.minimumOccurrences ?? 1, kept: kept),
      records: configuration.division.records, share: share)
    output.describe(corpus, files: files, heldOutFiles: heldOutFiles, configuration.malformedUTF8)
    if let forms = try corpus.mixedForms() {
      let names = [forms.composed, forms.decomposed].map(corpus.vocabulary.unit.name)
      output.notice(
        "the text has letters both composed (NFC) and decomposed (NFD): \(names[0]) and \(names[1]); uconv -x nfc makes "
          + "them alike")
    }
    split = try CorpusSplit(corpus, configuration, streamCount: 1)
    if let separator = corpus.vocabulary.separator { try checkRecords(separator) }
    try check(settings)
  }

  /// All files, in the order of the corpus.
  package var allFiles: [String] { files + heldOutFiles }

  private func checkRecords(_ separator: RecordSeparator) throws(ToolError) {
    // Files are records, too, and the line feed at the end of a file is no separating line.
    guard corpus.separatorCount <= (separator.isLine ? 1 : 0), corpus.sourceCount == 1 else { return }
    let option = separator == .newline ? "--lines" : "--records"
    let isOfMac = separator == .newline && corpus.lineEndings.carriageReturnCount > 0
    throw ToolError(
      .badData,
      "\(names(of: files)): no \(separator.title), and so no \(separator.recordName)s (\(corpus.lengthText)); "
        + (isOfMac ? "end lines with LF instead of CR (mac2unix)" : "leave out \(option)"))
  }

  private func check(_ settings: TrainingSettings) throws {
    let division = settings.configuration.division
    let name = names(of: files)
    guard !split.training.isEmpty else {
      let remedy = division.validationRecordCount == nil ? "--val-fraction" : "--val-lines"
      throw ToolError(
        .badData,
        "\(name): too short (\(corpus.lengthText), \(split.training.count)\(division.records.map { " \($0.recordName)s" } ?? "") for "
          + "training); give more text or a lower \(remedy)")
    }
    let vocabulary = corpus.vocabulary
    guard vocabulary.count > (vocabulary.endMark == nil ? 1 : 2) || vocabulary.unknownID == nil else {
      let count = settings.minimumOccurrences ?? 1
      throw ToolError(.badData, "\(name): --min-count \(count) folds every character; lower it")
    }
    guard vocabulary.count > 1 else {
      throw ToolError(.badData, "\(name): nothing to learn (\(corpus.lengthText), all the same); give another text")
    }
    for (file, part) in [(settings.validationFile, split.validation), (settings.testFile, split.test)] {
      guard let file, part.isEmpty else { continue }
      throw ToolError(.badData, "\(names(of: [file])): nothing to predict in it; give more text")
    }
    guard settings.budget.patience == nil || !split.validation.isEmpty else {
      throw UsageError.conflict("--patience needs a validation set; leave it out")
    }
  }

  /// - Throws: `UsageError.operands` if there is no file, an empty name, or standard input more than once.
  package static func checkOperands(_ files: [String], _ heldOutFiles: [String]) throws(UsageError) {
    guard !files.isEmpty else { throw .operands("give at least one text file, or - for standard input") }
    // Caused by `lstm-train "$text"` if the variable is not set.
    guard !files.contains("") else { throw .operands("the name of a text file is empty; give its path") }
    guard (files + heldOutFiles).count(where: { $0 == "-" }) < 2 else {
      throw .operands("standard input can be read only once; give - once")
    }
  }
}

extension Corpus {
  /// Number of characters, with the text unit.
  fileprivate var lengthText: String { NumberText.counted(characterCount, vocabulary.unit.rawValue) }
}
