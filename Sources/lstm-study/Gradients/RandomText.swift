internal import RecurrentEngine

extension TextSource {
  /// A source of random letters, for checks that need no particular text.
  static var randomText: TextSource {
    let letters = Array("abcdefghijklmnop")
    var random = RandomGenerator(seed: 1)
    return .text(String((0..<1000).map { _ in letters[Int(random.next() % UInt64(letters.count))] }))
  }
}
