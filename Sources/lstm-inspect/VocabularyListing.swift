internal import RecurrentEngine

extension Inspection.VocabularySummary {
  private static let mostShown = 200

  /// Readable list of the entries in vocabulary order, such as `\n space ! ' , - . A–Z a–z é U+0301`.
  var listing: String {
    var words: [String] = []
    let name = unit == .byte ? { "0x" + hexadecimal($0, digitCount: 2) } : scalarName
    // Consecutive entries of one scalar or byte each can form ranges; longer entries are listed one by one.
    var run: [UInt32] = []
    for entry in entries {
      switch entry {
      case .byte(let byte): run.append(UInt32(byte))
      case .string(let string):
        let scalars = string.unicodeScalars
        if let scalar = scalars.first, scalars.count == 1 {
          run.append(scalar.value)
        } else {
          words += ranges(of: run, named: name)
          run = []
          words.append(
            string.isEmpty
              ? "unknown"
              : scalars.allSatisfy(\.isVisibleAlone) ? string : scalars.map { scalarName($0.value) }.joined())
        }
      }
    }
    words += ranges(of: run, named: name)
    let shown = words.prefix(Self.mostShown).joined(separator: " ")
    return words.count > Self.mostShown ? shown + " … (all with --json)" : shown
  }

  /// Returns the names of the values, with a range for four or more consecutive values of one kind.
  private func ranges(of values: [UInt32], named name: (UInt32) -> String) -> [String] {
    var words: [String] = []
    var start = 0
    while start < values.count {
      var end = start + 1
      while end < values.count, values[end] == values[end - 1] + 1, isOfOneKind(values[start], values[end]) { end += 1 }
      if end - start > 3 {
        words.append("\(name(values[start]))–\(name(values[end - 1]))")
      } else {
        words += values[start..<end].map(name)
      }
      start = end
    }
    return words
  }

  /// Whether two values can be in one range: letters of one case, digits, or any bytes.
  private func isOfOneKind(_ first: UInt32, _ second: UInt32) -> Bool {
    if unit == .byte { return true }
    guard let first = Unicode.Scalar(first), let second = Unicode.Scalar(second) else { return false }
    let kind = first.properties.generalCategory
    let joined: [Unicode.GeneralCategory] = [.uppercaseLetter, .lowercaseLetter, .otherLetter, .decimalNumber]
    return joined.contains(kind) && second.properties.generalCategory == kind
  }
}

private func scalarName(_ value: UInt32) -> String {
  switch value {
  case 0x20: "space"
  case 0x0A: "\\n"
  case 0x0D: "\\r"
  case 0x09: "\\t"
  default:
    if let scalar = Unicode.Scalar(value), scalar.isVisibleAlone {
      String(scalar)
    } else {
      "U+" + hexadecimal(value, digitCount: 4)
    }
  }
}

extension Unicode.Scalar {
  /// Whether the scalar is visible without a base character.
  fileprivate var isVisibleAlone: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: false
    default: isVisible
    }
  }
}
