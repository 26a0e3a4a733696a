internal import RecurrentEngine

extension CorpusError {
  /// One line with the place, the problem and the remedy.
  var sentence: String { "\(problem); \(remedyByOption ?? remedy)" }

  /// Options that solve the problem; nil if there are none.
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
