internal import SystemCalls

/// A table of one number for every unit of text, initially zero.
///
/// Scalars index a flat table, so they are never hashed. The system provides zeroed pages for the table only when they
/// are touched: a few, for any one language.
struct UnitTable<Value: FixedWidthInteger & BitwiseCopyable & Sendable>: ~Copyable, @unchecked Sendable {
  private static var scalarLimit: Int { 0x11_0000 }
  private static var blockSize: Int { 256 }
  private static var blockCount: Int { scalarLimit / blockSize }

  /// The numbers of scalars, each below `scalarLimit`: the decoder never returns a greater one.
  private let scalars: UnsafeMutablePointer<Value>
  /// Whether a block of scalars was written, so that listing does not touch the others.
  private let blockIsWritten: UnsafeMutablePointer<Bool>
  private var clusters: [[UInt8]: Value] = [:]

  init() {
    scalars = allocateZeroed(Value.self, count: Self.scalarLimit)
    blockIsWritten = allocateZeroed(Bool.self, count: Self.blockCount)
  }

  deinit {
    freeZeroed(scalars)
    freeZeroed(blockIsWritten)
  }

  subscript(key: UnitKey) -> Value {
    @inline(__always) get {
      switch key {
      case .scalar(let scalar): scalars[Int(scalar)]
      case .cluster(let bytes): clusters[Array(bytes)] ?? 0
      }
    }
  }

  /// Adds to the number of a unit.
  @inline(__always)
  mutating func add(_ value: Value, to key: UnitKey) {
    switch key {
    case .scalar(let scalar):
      let index = Int(scalar)
      if scalars[index] == 0 { blockIsWritten[index / Self.blockSize] = true }
      scalars[index] += value
    case .cluster(let bytes):
      clusters[Array(bytes), default: 0] += value
    }
  }

  /// The number of multi-scalar units in the table.
  var clusterCount: Int { clusters.count }

  /// Returns every unit with a nonzero number, with its bytes, in ascending order of the bytes.
  func sortedEntries(unit: TextUnit) -> [(bytes: [UInt8], value: Value)] {
    var entries = clusters.map { (bytes: $0.key, value: $0.value) }
    for block in 0..<Self.blockCount where blockIsWritten[block] {
      let start = block * Self.blockSize
      for code in start..<start + Self.blockSize where scalars[code] != 0 {
        entries.append((bytes: Self.bytes(of: UInt32(code), unit: unit), value: scalars[code]))
      }
    }
    return entries.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  private static func bytes(of code: UInt32, unit: TextUnit) -> [UInt8] {
    if unit == .byte { return [UInt8(truncatingIfNeeded: code)] }
    return Unicode.Scalar(code).map { Array($0.utf8) } ?? []
  }
}
