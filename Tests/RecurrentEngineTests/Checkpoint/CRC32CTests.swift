import Testing

@testable import Checksums
@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct CRC32CTests {
  /// The test vectors of RFC 3720, appendix B.4, and the check value of the Castagnoli polynomial.
  @Test(
    arguments: [
      (Array("123456789".utf8), 0xe306_9283),
      ([], 0),
      ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
      ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
      (Array(0..<32), 0x46dd_794e),
      (Array((0..<32).reversed()), 0x113f_db5c),
    ] as [([UInt8], UInt32)])
  func knownVectors(bytes: [UInt8], expected: UInt32) {
    #expect(checksum(of: bytes) == expected)
  }

  @Test func equalsOneBitAtATimeAtEveryLengthAndAlignment() {
    let bytes = (0..<80).map { UInt8(truncatingIfNeeded: $0 * 151 + 7) }
    for start in 0..<9 {
      for end in start...bytes.count {
        let slice = Array(bytes[start..<end])
        bytes.withUnsafeBytes { buffer in
          let part = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
          var crc = CRC32C()
          crc.update(part)
          #expect(crc.value == bitwiseChecksum(of: slice))
          // The path of a CPU without the instruction.
          var byTables = CRC32C()
          byTables.updateByTables(part)
          #expect(byTables.value == crc.value)
        }
      }
    }
  }

  @Test func piecesGiveTheSameAsTheWhole() {
    let bytes = (0..<57).map { UInt8($0 * 3) }
    for cut in 0...bytes.count {
      var crc = CRC32C()
      Array(bytes[..<cut]).withUnsafeBytes { crc.update($0) }
      Array(bytes[cut...]).withUnsafeBytes { crc.update($0) }
      #expect(crc.value == checksum(of: bytes))
    }
  }

  @Test func checksumsOfPiecesGiveThatOfTheWhole() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0 + 3) }
    for cut in [0, 1, 2, 255, 256, 300, 999, 1000] {
      var crc = CRC32C()
      crc.append(checksum: checksum(of: Array(bytes[..<cut])), byteCount: cut)
      crc.append(checksum: checksum(of: Array(bytes[cut...])), byteCount: bytes.count - cut)
      #expect(crc.value == checksum(of: bytes))
    }
  }

  private func checksum(of bytes: [UInt8]) -> UInt32 {
    var crc = CRC32C()
    bytes.withUnsafeBytes { crc.update($0) }
    return crc.value
  }

  private func bitwiseChecksum(of bytes: [UInt8]) -> UInt32 {
    var register: UInt32 = 0xffff_ffff
    for byte in bytes {
      for bit in 0..<8 {
        let feedback = (register ^ UInt32(byte >> bit)) & 1
        register = (register >> 1) ^ (feedback == 1 ? 0x82f6_3b78 : 0)
      }
    }
    return ~register
  }
}
