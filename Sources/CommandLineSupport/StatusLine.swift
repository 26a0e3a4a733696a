/// A status line of several parts, of which only as many are shown as fit the window.
public struct StatusLine: Sendable {
  /// A piece of a status line that is shown whole or not at all.
  public struct Part: Sendable {
    /// The text in several lengths, the shortest first.
    var forms: [String]
    /// Priority; parts with lower ranks are placed first.
    let rank: Int

    /// - Parameters:
    ///   - rank: Priority; parts with lower ranks are placed first. A part of rank 0 is cut off rather than left out.
    ///   - wider: Longer texts, used if there is room.
    public init(_ text: String, rank: Int, wider: [String] = []) {
      forms = ([text] + wider).map(TerminalText.escaped)
      self.rank = rank
    }
  }

  /// The parts from left to right.
  public internal(set) var parts: [Part]

  public init(_ parts: [Part]) {
    self.parts = parts
  }

  public init(_ text: String) {
    self.init([Part(text, rank: 0)])
  }

  private static let gap = "  "

  /// Returns the parts that fit into `columns` columns: first as many as possible, then as wide as possible.
  func text(columns: Int) -> String {
    var chosen: [Int: Int] = [:]  // the form index of each shown part
    let order = parts.indices.sorted { parts[$0].rank < parts[$1].rank }
    for index in order {
      chosen[index] = 0
      if parts[index].rank > 0, TerminalText.columnCount(joined(chosen)) > columns { chosen[index] = nil }
    }
    for index in order {
      guard let form = chosen[index] else { continue }
      let fitting = (form..<parts[index].forms.count).last {
        chosen[index] = $0
        return TerminalText.columnCount(joined(chosen)) <= columns
      }
      chosen[index] = fitting ?? form
    }
    return TerminalText.prefix(joined(chosen), columns: columns)
  }

  /// The same line for a terminal that shows only ASCII.
  var ascii: StatusLine {
    StatusLine(
      parts.map { part in
        var part = part
        part.forms = part.forms.map(TerminalText.ascii)
        return part
      })
  }

  /// All parts in their shortest form.
  var plainText: String {
    joined(Dictionary(uniqueKeysWithValues: parts.indices.map { ($0, 0) }))
  }

  private func joined(_ chosen: [Int: Int]) -> String {
    parts.indices.compactMap { index in chosen[index].map { parts[index].forms[$0] } }
      .filter { !$0.isEmpty }.joined(separator: Self.gap)
  }
}
