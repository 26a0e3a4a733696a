/// Character n-gram models with interpolated Witten-Bell smoothing, for all orders from 1 to a maximum: baselines for
/// the loss of a network.
///
/// With h the n − 1 characters before c, and h′ all of them but the first,
///
/// P_n(c | h) = (count(hc) + T(h) · P_{n−1}(c | h′)) / (count(h) + T(h)),
///
/// where count(h) is the number of times that a character has followed h, and T(h) the number of distinct characters
/// that have. P_0 is uniform over the vocabulary. After an h that was never seen, and at the start of a text, P_n is
/// P_{n−1}. (Witten and Bell 1991, in the recursive form of Chen and Goodman 1998.)
///
/// The text is read piece by piece. The tables have 16 bytes a slot, and at most three quarters of them are occupied.
public struct WittenBellModel: Sendable {
  /// The number of characters counted.
  public private(set) var characterCount = 0

  let vocabularySize: Int
  /// The tables by order, order 1 first.
  private(set) var tables: [GramTable]
  private let byteLimit: Int
  /// The number of times that a sequence has ended with an n-gram, so that no character followed it.
  private(set) var endings: [GramHash: Int] = [:]

  /// The limit of counted characters: counts have 32 bits, and more text would hardly change the probabilities.
  private static let largestCharacterCount = Int(UInt32.max)

  /// Creates a model with zero counts.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of entries of the vocabulary.
  ///   - order: The maximum order, at least 1.
  ///   - byteLimit: The memory limit of the tables, including their growth. If it is too low, the highest orders are
  ///     dropped; never order 1, which has no more n-grams than the vocabulary has entries.
  public init(vocabularySize: Int, order: Int, byteLimit: Int = 1 << 30) {
    precondition(vocabularySize > 0 && order > 0, "there are characters, and n-grams have some")
    self.vocabularySize = vocabularySize
    self.byteLimit = byteLimit
    tables = Array(repeating: GramTable(), count: order)
  }

  /// The maximum order; less than requested if the memory limit was too low.
  public var order: Int { tables.count }
  /// The size of the tables in bytes.
  public var byteCount: Int { tables.reduce(0) { $0 + $1.byteCount } }

  /// Counts the n-grams of a part of a corpus, up to 4,294,967,295 characters in total. No n-gram spans two ranges, two
  /// records (except for the end mark), or two calls.
  ///
  /// - Parameters:
  ///   - corpus: The text, in the token IDs of the model.
  ///   - part: The part of the corpus.
  ///   - isCancelled: Called periodically; counting stops if it returns true, and the model must not be used.
  /// - Throws: `CorpusError.readFailed` or `.changed`; the model must then not be used.
  public mutating func count(
    _ corpus: Corpus, in part: CorpusPart, isCancelled: () -> Bool = { false }
  ) throws(CorpusError) {
    let endMark = part.areRecords ? corpus.vocabulary.endMark : nil
    var place = Place(order: order)
    try corpus.forEachPiece(of: part) { characters, isStart in
      let characters = characters.prefix(Self.largestCharacterCount - characterCount)
      if isStart {
        addEndings(at: place)
        place = Place(order: order)
      }
      makeRoom(for: characters.count)
      update(&place)
      count(characters, from: &place, endMark: endMark)
      return !characters.isEmpty && !isCancelled()
    }
    addEndings(at: place)
  }

  private mutating func addEndings(at place: Place) {
    for length in 0..<place.contextLength { endings[place.contexts[length + 1].hash, default: 0] += 1 }
  }

  /// A position in a text that is being read.
  private struct Place {
    /// The n-grams that end at this position, by length, and their slots. The first, empty one is in no table.
    var contexts: [(hash: GramHash, slot: Int)]
    /// The length of the longest n-gram: the number of preceding characters that matter.
    var contextLength = 0

    init(order: Int) {
      contexts = Array(repeating: (GramHash(), 0), count: order)
    }
  }

  /// Counts characters, for which every table must have room. No n-gram extends beyond an end mark.
  private mutating func count(_ characters: ArraySlice<Int32>, from place: inout Place, endMark: Int32?) {
    for character in characters {
      // The longest first: each n-gram is derived from a shorter one, which must not be overwritten yet.
      for length in stride(from: place.contextLength, through: 0, by: -1) {
        let gram = place.contexts[length].hash.appending(character)
        let (slot, isNew) = tables[length].add(gram)
        if isNew, length > 0 { tables[length - 1][place.contexts[length].slot].followerCount += 1 }
        if length + 1 < order { place.contexts[length + 1] = (gram, slot) }
      }
      place.contextLength = min(character == endMark ? 1 : place.contextLength + 1, order - 1)
    }
    characterCount += characters.count
  }

  /// Drops orders until all others have room for `additions` more n-grams.
  private mutating func makeRoom(for additions: Int) {
    var index = 0
    while index < tables.count {
      let need = tables[index].byteCount(adding: additions)
      // While a table grows, both the old and the new one are in memory.
      if need > tables[index].byteCount, byteCount + need > byteLimit, index > 0 {
        tables.removeLast()
      } else {
        tables[index].reserve(adding: additions)
        index += 1
      }
    }
  }

  /// Updates the slots of a position after tables have grown or were dropped.
  private func update(_ place: inout Place) {
    place.contextLength = min(place.contextLength, order - 1)
    for length in 0..<place.contextLength {
      place.contexts[length + 1].slot = tables[length].slot(of: place.contexts[length + 1].hash)
    }
  }
}

extension CorpusPart {
  /// Whether each sequence ends with an end mark.
  var areRecords: Bool {
    if case .records = self { true } else { false }
  }
}
