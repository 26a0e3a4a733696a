internal import RecurrentEngine

/// A source of random changes to bytes, such as occur in damaged files or stress parsers.
struct Mutator {
  var random: RandomGenerator
  let tokens: [[UInt8]]
  /// Maximum length in bytes to which inputs grow by insertions.
  static let maximumLength = 64 << 10

  init(seed: UInt64, tokens: [[UInt8]]) {
    random = RandomGenerator(seed: seed)
    self.tokens = tokens
  }

  /// Returns the bytes after one to four changes.
  mutating func mutated(_ input: [UInt8]) -> [UInt8] {
    var bytes = input
    for _ in 0..<number(in: 1...4) { change(&bytes) }
    return bytes
  }

  mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  private mutating func change(_ bytes: inout [UInt8]) {
    let position = number(in: 0...bytes.count)
    let range = position..<min(bytes.count, position + number(in: 1...8))
    switch number(in: 0...9) {
    case 0 where !range.isEmpty: bytes[position] ^= 1 << UInt8(number(in: 0...7))
    case 1 where !range.isEmpty: bytes[position] = UInt8(number(in: 0...255))
    case 2: bytes.removeSubrange(range)
    case 3: bytes.removeSubrange(position...)
    case 4: bytes.insert(contentsOf: Array(bytes[range]), at: number(in: 0...bytes.count))
    case 5:
      insert([UInt8](repeating: UInt8(number(in: 0...255)), count: number(in: 1...40)), into: &bytes, at: position)
    case 6: replaceNumber(in: &bytes, from: position)
    case 7 where !range.isEmpty:
      for index in range { bytes[index] = [0x00, 0x7F, 0x80, 0xFF][number(in: 0...3)] }
    default:
      if let token = tokens.randomElement(using: &random) {
        if number(in: 0...1) == 0 { bytes.removeSubrange(range) }
        insert(token, into: &bytes, at: position)
      }
    }
  }

  private func insert(_ piece: [UInt8], into bytes: inout [UInt8], at position: Int) {
    if bytes.count + piece.count <= Self.maximumLength { bytes.insert(contentsOf: piece, at: position) }
  }

  /// Replaces the first decimal number after a position by another number.
  private mutating func replaceNumber(in bytes: inout [UInt8], from position: Int) {
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    guard let start = bytes[position...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    let edges = [0, 1, 255, 256, 1 << 24, 1 << 31, 1 << 32, 1 << 40, 1 << 61, 1 << 62, .max]
    let number = edges[number(in: 0...edges.count - 1)]
    let text = number &+ self.number(in: -2...2)
    bytes.replaceSubrange(start..<end, with: Array(text.description.utf8))
  }
}
