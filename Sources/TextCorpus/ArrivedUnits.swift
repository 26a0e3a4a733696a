/// Consecutive units of a text that is read as it arrives.
package struct ArrivedUnits {
  /// The ID of a unit that is not in the vocabulary.
  package static let unknownID: Int32 = -1

  /// The token ID of each unit, or ``unknownID``.
  package private(set) var ids: [Int32] = []
  /// The byte offset of each unit in its source.
  package private(set) var offsets: [Int] = []
  /// The bytes of all units, after the replacement of malformed sequences.
  package private(set) var bytes: [UInt8] = []
  /// The end of each unit in `bytes`.
  private var ends: [Int] = []

  package init() {}

  package var count: Int { ids.count }
  package var isEmpty: Bool { ids.isEmpty }

  package func bytes(ofUnit index: Int) -> ArraySlice<UInt8> { bytes[start(ofUnit: index)..<ends[index]] }

  package func byteCount(ofUnit index: Int) -> Int { ends[index] - start(ofUnit: index) }

  package func end(ofUnit index: Int) -> Int { ends[index] }

  private func start(ofUnit index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

  package mutating func append(id: Int32, offset: Int, bytes unit: some Collection<UInt8>) {
    ids.append(id)
    offsets.append(offset)
    bytes.append(contentsOf: unit)
    ends.append(bytes.count)
  }

  package mutating func append(_ index: Int, of other: ArrivedUnits) {
    append(id: other.ids[index], offset: other.offsets[index], bytes: other.bytes(ofUnit: index))
  }

  package mutating func removeAll() { removeLast(count) }

  package mutating func removeLast(_ unitCount: Int) {
    guard unitCount > 0 else { return }
    let byteCount = bytes.count - start(ofUnit: count - unitCount)
    bytes.removeLast(byteCount)
    ids.removeLast(unitCount)
    offsets.removeLast(unitCount)
    ends.removeLast(unitCount)
  }

  package mutating func removeFirst(_ unitCount: Int) {
    guard unitCount > 0 else { return }
    guard unitCount < count else { return removeAll() }
    let byteCount = ends[unitCount - 1]
    bytes.removeFirst(byteCount)
    ids.removeFirst(unitCount)
    offsets.removeFirst(unitCount)
    ends.removeFirst(unitCount)
    for index in ends.indices { ends[index] -= byteCount }
  }
}
