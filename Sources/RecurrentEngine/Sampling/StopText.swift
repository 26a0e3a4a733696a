/// A text after which generation ends, with an incremental matcher.
public struct StopText: Sendable, Equatable {
  private let text: [Int32]
  /// A character that ends any text; nil if there is none.
  public let endMark: Int32?
  /// For each prefix, the length of its longest proper prefix that is also a suffix (Knuth, Morris and Pratt 1977).
  private let borders: [Int]
  private var matched = 0
  /// Whether the text or the end mark was found.
  public private(set) var isReached = false

  /// Creates a matcher that has read nothing.
  ///
  /// - Parameters:
  ///   - text: The stop text; empty to end generation by length only.
  ///   - endMark: A character that also ends generation: the separator, for a model of records.
  public init(_ text: [Int32] = [], endMark: Int32? = nil) {
    self.text = text
    self.endMark = endMark
    var borders = [0, 0]
    for character in text.dropFirst() {
      var length = borders[borders.count - 1]
      while length > 0, text[length] != character { length = borders[length] }
      borders.append(text[length] == character ? length + 1 : 0)
    }
    self.borders = borders
  }

  /// Adds one character and returns whether it ends the text; must not be called after the end.
  public mutating func append(_ character: Int32) -> Bool {
    precondition(!isReached, "the text has ended")
    isReached = character == endMark
    guard !text.isEmpty else { return isReached }
    while matched > 0, text[matched] != character { matched = borders[matched] }
    if text[matched] == character { matched += 1 }
    if matched == text.count { isReached = true }
    return isReached
  }
}
