/// Something that a person can say of a place in a text.
enum TextFeature: String, CaseIterable, Sendable {
  case positionInLine = "characters since newline"
  case insideQuotes = "inside quotes"
  case insideBrackets = "inside brackets"
  case bracketDepth = "bracket depth"
  case upperCase = "upper case"
  case digit = "digit"
  case insideWord = "inside a word"
  case positionInWord = "position in a word"
  case positionInSentence = "characters since end of sentence"
}

/// Tells the features of a text, character by character.
struct TextFeatureReader {
  private var positionInLine = 0
  private var quoteDepth = 0
  private var bracketDepth = 0
  private var positionInWord = 0
  private var positionInSentence = 0

  /// The features when one more character is read, in the order of ``TextFeature``.
  ///
  /// - Parameter text: The character. Of several scalars the first decides.
  mutating func next(_ text: String) -> [Double] {
    guard let scalar = text.unicodeScalars.first else { return TextFeature.allCases.map { _ in 0 } }
    let isBlankLine = scalar == "\n" && positionInLine == 0
    positionInLine = scalar == "\n" ? 0 : positionInLine + 1
    switch scalar {
    // Quotation marks that are straight open and close alike. A paragraph ends what nobody has closed.
    case "\"": quoteDepth = quoteDepth > 0 ? 0 : 1
    case "“", "«": quoteDepth += 1
    case "”", "»": quoteDepth = max(0, quoteDepth - 1)
    case "\n" where isBlankLine: quoteDepth = 0
    case "(", "[", "{": bracketDepth += 1
    case ")", "]", "}": bracketDepth = max(0, bracketDepth - 1)
    default: break
    }
    let properties = scalar.properties
    let isDigit = properties.numericType == .decimal
    let isOfWord = properties.isAlphabetic || isDigit
    // An apostrophe within a word does not end it.
    positionInWord = isOfWord || (positionInWord > 0 && "'’".unicodeScalars.contains(scalar)) ? positionInWord + 1 : 0
    positionInSentence = ".!?".unicodeScalars.contains(scalar) ? 0 : positionInSentence + 1
    return TextFeature.allCases.map { feature in
      switch feature {
      case .positionInLine: Double(positionInLine)
      case .insideQuotes: quoteDepth > 0 ? 1 : 0
      case .insideBrackets: bracketDepth > 0 ? 1 : 0
      case .bracketDepth: Double(bracketDepth)
      case .upperCase: properties.isUppercase ? 1 : 0
      case .digit: isDigit ? 1 : 0
      case .insideWord: positionInWord > 0 ? 1 : 0
      case .positionInWord: Double(positionInWord)
      case .positionInSentence: Double(positionInSentence)
      }
    }
  }
}
