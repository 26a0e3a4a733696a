/// How often n-grams of one order occur: a table with open addressing, which holds hashes instead of characters.
struct GramTable {
  /// What is known of an n-gram.
  struct Entry {
    fileprivate(set) var hash = GramHash()
    /// How often it occurs; zero in an empty slot.
    fileprivate(set) var count: UInt32 = 0
    /// How many different characters have come after it.
    var followerCount: UInt32 = 0
  }

  /// Different n-grams.
  private(set) var count = 0
  /// A power of two, so that the low bits of a hash name a slot.
  private var entries = [Entry](repeating: Entry(), count: 1024)

  /// What the table needs.
  var byteCount: Int { entries.count * MemoryLayout<Entry>.stride }

  /// What the table needs with room for so many n-grams more.
  func byteCount(adding additions: Int) -> Int { capacity(adding: additions) * MemoryLayout<Entry>.stride }

  /// Makes room for so many n-grams more, by which slots may change.
  mutating func reserve(adding additions: Int) {
    let capacity = capacity(adding: additions)
    guard capacity > entries.count else { return }
    let old = entries
    entries = [Entry](repeating: Entry(), count: capacity)
    for entry in old where entry.count > 0 { entries[slot(of: entry.hash)] = entry }
  }

  /// Counts an n-gram, for which there must be room.
  ///
  /// - Returns: Its slot, and whether it had not been counted before.
  @inline(__always)
  mutating func add(_ hash: GramHash) -> (slot: Int, isNew: Bool) {
    let slot = slot(of: hash)
    let isNew = entries[slot].count == 0
    if isNew {
      entries[slot].hash = hash
      count += 1
    }
    entries[slot].count += 1
    return (slot, isNew)
  }

  /// The slot of an n-gram, or the empty one that it would get.
  @inline(__always)
  func slot(of hash: GramHash) -> Int {
    let mask = entries.count - 1
    var slot = Int(truncatingIfNeeded: hash.bits) & mask
    while entries[slot].count > 0, entries[slot].hash != hash { slot = (slot + 1) & mask }
    return slot
  }

  subscript(slot: Int) -> Entry {
    @inline(__always) get { entries[slot] }
    @inline(__always) _modify { yield &entries[slot] }
  }

  /// Slots of which at most three in four are taken.
  private func capacity(adding additions: Int) -> Int {
    var capacity = entries.count
    while count + additions > capacity / 4 * 3 { capacity *= 2 }
    return capacity
  }
}
