/// The set of characters in a sliding window at the end of a text.
struct RecentCharacters {
  private let window: Int
  /// The last characters as a ring buffer; once it has `window` elements, the oldest is at `oldest`.
  private var last: [Int32] = []
  private var oldest = 0
  private var counts: [Int32: Int] = [:]

  init(_ text: [Int32] = [], window: Int) {
    self.window = window
    for character in text.suffix(window) { append(character) }
  }

  /// The distinct characters, in no particular order.
  var characters: some Sequence<Int32> { counts.keys }

  mutating func append(_ character: Int32) {
    guard window > 0 else { return }
    counts[character, default: 0] += 1
    guard last.count == window else {
      last.append(character)
      return
    }
    let leaving = last[oldest]
    last[oldest] = character
    oldest = (oldest + 1) % window
    let remaining = counts[leaving, default: 0] - 1
    counts[leaving] = remaining > 0 ? remaining : nil
  }
}
