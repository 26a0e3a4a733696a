import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct UTF8DecodingTests {
  private func decode(_ bytes: [UInt8]) -> DecodedScalar {
    bytes.withUnsafeBytes { decodeScalar(in: $0, at: 0) }
  }

  @Test func everyScalarDecodesToItself() {
    var differing: [UInt32] = []
    for value in UInt32(0)...0x10_FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let bytes = Array(scalar.utf8)
      let expected = DecodedScalar.scalar(value, byteCount: bytes.count)
      if decode(bytes) != expected || decode(bytes + [0xFF, 0x80, 0x00]) != expected { differing.append(value) }
    }
    #expect(differing.isEmpty)
  }

  /// Decoding agrees with the standard library for every first byte, followed by bytes at the bounds of valid
  /// continuations.
  @Test func agreesWithTheStandardLibraryOnWhatIsWellFormed() {
    var differing: [[UInt8]] = []
    let tails: [[UInt8]] = [
      [], [0x80], [0xBF], [0x7F], [0xC0], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0x7F], [0xBF, 0xC0],
    ]
    let seconds: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
    for lead in UInt8.min...UInt8.max {
      for second in seconds {
        for tail in tails {
          let bytes = [lead, second] + tail
          let expected = String(validating: bytes, as: UTF8.self) != nil
          let prefix = bytes.withUnsafeBytes { wellFormedPrefix(of: $0) }
          let isWellFormed = prefix.byteCount == bytes.count && !prefix.endsAtMalformed
          if isWellFormed != expected { differing.append(bytes) }
        }
      }
    }
    #expect(differing.isEmpty)
  }

  @Test(arguments: [[0xC3], [0xE3], [0xE3, 0x81], [0xF0], [0xF0, 0x9F], [0xF0, 0x9F, 0x98]] as [[UInt8]])
  func sequenceCutByTheEndIsTruncated(bytes: [UInt8]) {
    #expect(decode(bytes) == .truncated)
  }
}
