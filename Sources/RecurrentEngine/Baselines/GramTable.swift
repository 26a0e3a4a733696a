/// The counts of n-grams of one order: an open-addressing hash table that stores hashes instead of characters.
struct GramTable {
  struct Entry {
    fileprivate(set) var hash = GramHash()
    /// The number of occurrences; zero in an empty slot.
    fileprivate(set) var count: UInt32 = 0
    /// The number of distinct characters that have followed it.
    var followerCount: UInt32 = 0
  }

  /// The number of distinct n-grams.
  private(set) var count = 0
  /// The slots. Their number is a power of two, so that the low bits of a hash give a slot.
  private var entries = [Entry](repeating: Entry(), count: 1024)

  var byteCount: Int { entries.count * MemoryLayout<Entry>.stride }

  func byteCount(adding additions: Int) -> Int { capacity(adding: additions) * MemoryLayout<Entry>.stride }

  /// Makes room for `additions` more n-grams, which may change slots.
  mutating func reserve(adding additions: Int) {
    let capacity = capacity(adding: additions)
    guard capacity > entries.count else { return }
    let old = entries
    entries = [Entry](repeating: Entry(), count: capacity)
    for entry in old where entry.count > 0 { entries[slot(of: entry.hash)] = entry }
  }

  /// Counts an n-gram, for which the table must have room. `isNew` is true at its first occurrence.
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

  /// Returns the slot of an n-gram, or the empty slot where it would be inserted.
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

  /// Returns a number of slots of which at most three quarters are occupied.
  private func capacity(adding additions: Int) -> Int {
    var capacity = entries.count
    while count + additions > capacity / 4 * 3 { capacity *= 2 }
    return capacity
  }
}
