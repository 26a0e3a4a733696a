internal import CPUIntrinsics

/// A CRC-32C checksum: the cyclic redundancy check with the Castagnoli polynomial.
package struct CRC32C {
  private var register: UInt32 = 0xffff_ffff

  package init() {}

  /// Continues from a checksum.
  init(value: UInt32) { register = ~value }

  /// Returns the checksum of a text in UTF-8.
  package static func checksum(of text: String) -> UInt32 {
    var checksum = CRC32C()
    Array(text.utf8).withUnsafeBytes { checksum.update($0) }
    return checksum.value
  }

  /// The checksum of all bytes so far.
  package var value: UInt32 { ~register }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    #if arch(x86_64) || arch(arm64)
    if Self.cpuHasInstruction { return updateByInstruction(bytes) }
    #endif
    updateByTables(bytes)
  }

  #if arch(x86_64) || arch(arm64)
  private static let cpuHasInstruction = cpu_has_crc32c()

  /// Updates with the CPU's CRC instruction, several times as fast as the tables.
  private mutating func updateByInstruction(_ bytes: UnsafeRawBufferPointer) {
    bytes.withMemoryRebound(to: UInt8.self) { register = crc32c_update(register, $0.baseAddress, $0.count) }
  }
  #endif

  mutating func updateByTables(_ bytes: UnsafeRawBufferPointer) {
    register = Self.tables.withUnsafeBufferPointer { tables in
      var crc = register
      var offset = 0
      // Slicing by 8: the eight lookups of a word do not depend on one another, so they overlap.
      while bytes.count - offset >= 8 {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(crc)
        crc = 0
        for lane in 0..<8 {
          let byte = Int(truncatingIfNeeded: word &>> UInt64(8 * lane)) & 0xff
          crc ^= tables[(7 - lane) * 256 + byte]
        }
        offset += 8
      }
      while offset < bytes.count {
        crc = (crc &>> 8) ^ tables[Int((crc ^ UInt32(bytes[offset])) & 0xff)]
        offset += 1
      }
      return crc
    }
  }

  static let reversedPolynomial: UInt32 = 0x82f6_3b78

  // (distance, byte): the register after `byte` and `distance` zero bytes.
  private static let tables: [UInt32] = {
    var tables = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { crc, _ in (crc >> 1) ^ (crc & 1 == 1 ? reversedPolynomial : 0) }
    }
    for index in 256..<(8 * 256) {
      let previous = tables[index - 256]
      tables.append((previous >> 8) ^ tables[Int(previous & 0xff)])
    }
    return tables
  }()
}
