/// A human-readable feature of a position in a text.
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

/// A reader that computes the features of a text, character by character.
struct TextFeatureReader {
  private var positionInLine = 0
  private var quoteDepth = 0
  private var bracketDepth = 0
  private var positionInWord = 0
  private var positionInSentence = 0

  /// Returns the features of the next character, classified by its first scalar, in the order of ``TextFeature``.
  mutating func next(_ text: String) -> [Double] {
    guard let scalar = text.unicodeScalars.first else { return TextFeature.allCases.map { _ in 0 } }
    let isBlankLine = scalar == "\n" && positionInLine == 0
    positionInLine = scalar == "\n" ? 0 : positionInLine + 1
    switch scalar {
    // A straight quotation mark opens or closes a quotation. A blank line closes any unclosed one.
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
    // An apostrophe inside a word belongs to the word.
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
