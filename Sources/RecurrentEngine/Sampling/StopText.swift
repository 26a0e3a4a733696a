/// A text at whose end generation ends, and how far characters that come one by one agree with it.
public struct StopText: Sendable, Equatable {
  private let text: [Int32]
  /// A character that ends any text; nil if there is none.
  public let endMark: Int32?
  /// For each beginning of the text, how long the longest end of it is that is a shorter beginning, too (Knuth, Morris
  /// and Pratt 1977).
  private let borders: [Int]
  private var matched = 0
  /// Whether the text or the mark has come.
  public private(set) var isReached = false

  /// - Parameters:
  ///   - text: Empty for a generation that only its length ends.
  ///   - endMark: What ends it before that: of a model of lines, the line feed.
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

  /// Goes on by one character; nothing comes after the end.
  ///
  /// - Returns: Whether that was the end.
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
