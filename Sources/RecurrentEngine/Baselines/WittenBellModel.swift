/// N-gram models of characters with interpolated Witten-Bell smoothing, of order 1 up to a greatest one: what a text
/// costs without any network.
///
/// With h the n − 1 characters before c, and h′ all of them but the first,
///
/// P_n(c | h) = (count(hc) + T(h) · P_{n−1}(c | h′)) / (count(h) + T(h)),
///
/// where count(h) is how often a character has come after h, and T(h) how many different ones. P_0 is the same for every
/// entry of the vocabulary. After an h that has never been seen, and at the start of a text, P_n is P_{n−1}.
/// (Witten and Bell 1991, in the recursive form of Chen and Goodman 1998.)
///
/// N-grams are kept as hashes of 64 bits in tables of 16 bytes a slot, of which at most three in four are taken. The
/// text is read piece by piece.
public struct WittenBellModel: Sendable {
  /// Characters that have been counted.
  public private(set) var characterCount = 0

  let vocabularySize: Int
  /// Of order 1 first.
  private(set) var tables: [GramTable]
  private let byteLimit: Int
  /// How often a sequence has ended with an n-gram, so that nothing came after it.
  private(set) var endings: [GramHash: Int] = [:]

  /// Counts have 32 bits, and of a greater part of a text they would hardly tell more.
  private static let largestCharacterCount = Int(UInt32.max)

  /// A model that has counted nothing yet.
  ///
  /// - Parameters:
  ///   - vocabularySize: The characters that there can be.
  ///   - order: The greatest order, at least 1.
  ///   - byteLimit: What the tables may need, also while they grow. Where that is too little, the greatest orders are
  ///     given up; never order 1, which has no more n-grams than the vocabulary has entries.
  public init(vocabularySize: Int, order: Int, byteLimit: Int = 1 << 30) {
    precondition(vocabularySize > 0 && order > 0, "there are characters, and n-grams have some")
    self.vocabularySize = vocabularySize
    self.byteLimit = byteLimit
    tables = Array(repeating: GramTable(), count: order)
  }

  /// The greatest order; less than what was asked for where the memory did not suffice.
  public var order: Int { tables.count }
  /// What the tables need.
  public var byteCount: Int { tables.reduce(0) { $0 + $1.byteCount } }

  /// Counts the n-grams of a part of a corpus. None of them reaches into another range, into another line but for its
  /// end mark, or into what was counted before.
  ///
  /// No more than 4,294,967,295 characters are counted in all.
  ///
  /// - Parameter isCancelled: Asked now and then; counting ends when it says so, and the model is of no further use.
  /// - Throws: `CorpusError.readFailed` or `.changed`; the model is then of no further use.
  public mutating func count(
    _ corpus: Corpus, in part: CorpusPart, isCancelled: () -> Bool = { false }
  ) throws(CorpusError) {
    let endMark = part.areLines ? corpus.vocabulary.newlineID : nil
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

  /// Where a text is being read.
  private struct Place {
    /// The n-grams that end here, by their length, and where they are in their tables. The first one, without
    /// characters, is in none.
    var contexts: [(hash: GramHash, slot: Int)]
    /// The length of the longest: the characters before this place that matter.
    var contextLength = 0

    /// The start of a text.
    init(order: Int) {
      contexts = Array(repeating: (GramHash(), 0), count: order)
    }
  }

  /// There must be room for as many n-grams more in every table.
  ///
  /// - Parameter endMark: The character that nothing reaches behind; nil if there is none.
  private mutating func count(_ characters: ArraySlice<Int32>, from place: inout Place, endMark: Int32?) {
    for character in characters {
      // The longest first: what the shorter ones are made of is then still there.
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

  /// Gives up orders until all others have room for so many n-grams more.
  private mutating func makeRoom(for additions: Int) {
    var index = 0
    while index < tables.count {
      let need = tables[index].byteCount(adding: additions)
      // While a table grows, there are the old one and the new one.
      if need > tables[index].byteCount, byteCount + need > byteLimit, index > 0 {
        tables.removeLast()
      } else {
        tables[index].reserve(adding: additions)
        index += 1
      }
    }
  }

  /// Finds a place again in tables that have grown, or are fewer.
  private func update(_ place: inout Place) {
    place.contextLength = min(place.contextLength, order - 1)
    for length in 0..<place.contextLength {
      place.contexts[length + 1].slot = tables[length].slot(of: place.contexts[length + 1].hash)
    }
  }
}

extension CorpusPart {
  /// Whether each sequence ends with an end mark.
  var areLines: Bool {
    if case .lines = self { true } else { false }
  }
}
