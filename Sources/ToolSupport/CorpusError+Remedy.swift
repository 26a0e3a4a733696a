internal import RecurrentEngine

extension CorpusError {
  /// One line: where, what is wrong, and which options help.
  var sentence: String { "\(problem); \(remedyByOption ?? remedy)" }

  /// Nil where no option helps.
  private var remedyByOption: String? {
    switch self {
    case .empty(paths: []): "name at least one file, or - for standard input"
    case .malformedUTF8: "convert it, or use --invalid replace, --invalid skip or --unit byte"
    case .graphemeTooLong: "use --unit character"
    case .unknownSymbol: "use --unknown skip or --unknown charge"
    case .vocabularyTooLarge(let unit, _):
      "raise --max-vocabulary, or use --unit \((unit == .grapheme ? TextUnit.character : .byte).rawValue)"
    case .tooShort: "use a longer text or a smaller --batch-size"
    case .cannotOpen, .isDirectory, .readFailed, .empty, .changed: nil
    }
  }
}
