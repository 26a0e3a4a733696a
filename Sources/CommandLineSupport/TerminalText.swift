/// Text as shown by a terminal: measured in columns, and without control characters.
public enum TerminalText {
  /// Returns the text with control characters, line separators and changes of writing direction escaped as in a Swift
  /// literal, so that it stays one line and shows what it contains.
  public static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isSafe(scalar) {
        result.append(scalar)
      } else {
        result.append(contentsOf: escape(scalar).unicodeScalars)
      }
    }
    return String(result)
  }

  /// Returns the text for a terminal that shows only ASCII.
  public static func ascii(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "×": result += "x"
      case "…": result += "..."
      case "–", "—": result += "-"
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default: result += escape(scalar)
      }
    }
    return result
  }

  /// Returns the maximum number of columns that the text takes: terminals differ over joined emoji.
  public static func columnCount(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + columnCount($1) }
  }

  /// Returns the longest prefix of whole characters that fits.
  public static func prefix(_ text: String, columns: Int) -> String {
    var used = 0
    return String(
      text.prefix { character in
        used += columnCount(String(character))
        return used <= columns
      })
  }

  /// Returns the text broken at spaces into lines of at most `width` columns; a longer word has a separate line. A
  /// no-break space holds two words together and becomes a plain space.
  ///
  /// - Parameters:
  ///   - indent: spaces before the first line.
  ///   - hangingIndent: spaces before the lines after it.
  public static func wrapped(_ text: String, width: Int, indent: Int = 0, hangingIndent: Int = 0) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: indent)
    var column = indent
    var lineIsEmpty = true
    // Scalars rather than characters, whose boundaries take most of the time of a help text to find.
    for word in text.unicodeScalars.split(separator: " ") {
      let wordWidth = word.reduce(0) { $0 + columnCount($1) }
      if !lineIsEmpty, column + 1 + wordWidth > width {
        lines.append(line)
        line = String(repeating: " ", count: hangingIndent)
        column = hangingIndent
        lineIsEmpty = true
      }
      if !lineIsEmpty { line += " " }
      if word.contains(noBreakSpace) {
        for scalar in word { line.unicodeScalars.append(scalar == noBreakSpace ? " " : scalar) }
      } else {
        line += Substring(word)
      }
      column += wordWidth + (lineIsEmpty ? 0 : 1)
      lineIsEmpty = false
    }
    return lineIsEmpty ? lines : lines + [line]
  }

  static let noBreakSpace: UnicodeScalar = "\u{A0}"

  /// Whether ``escaped(_:)`` leaves a scalar as it is.
  static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: false
    default: !scalar.properties.isBidiControl
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }
  }

  private static func columnCount(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x7F: return 1
    // The selector that turns a narrow symbol into a wide emoji.
    case 0xFE0F: return 1
    // Hangul vowels and final consonants share the two columns of the initial before them.
    case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    let isWide = scalar.properties.isEmojiPresentation || wideRanges.contains { $0.contains(scalar.value) }
    return isWide ? 2 : 1
  }

  /// Blocks whose characters are East Asian wide or full-width.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
    0x1AFF0...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x3FFFD,
  ]
}
