/// The outcome of decoding one scalar.
enum DecodedScalar: Equatable {
  case scalar(UInt32, byteCount: Int)
  /// The bytes end before the scalar is complete.
  case truncated
  case malformed
}

/// Decodes the scalar at `position`, by the table of well-formed sequences in RFC 3629.
///
/// A sequence cut by the end of the bytes is `truncated` whatever its last bytes are. If no more bytes follow, it is
/// malformed; either way the defect is at `position`.
@inline(__always)
func decodeScalar(in bytes: UnsafeRawBufferPointer, at position: Int) -> DecodedScalar {
  let lead = bytes[position]
  let available = bytes.count - position
  let byteCount: Int
  switch lead {
  case 0x00..<0x80: return .scalar(UInt32(lead), byteCount: 1)
  case 0xC2..<0xE0: byteCount = 2
  case 0xE0..<0xF0: byteCount = 3
  case 0xF0..<0xF5: byteCount = 4
  default: return .malformed
  }
  guard available >= byteCount else { return .truncated }
  let word = available >= 4 ? fourBytes(of: bytes, at: position) : lastBytes(of: bytes, from: position)
  let scalar =
    switch byteCount {
    case 2: twoByteScalar(word)
    case 3: threeByteScalar(word)
    default: fourByteScalar(word)
    }
  guard let scalar else { return .malformed }
  return .scalar(scalar, byteCount: byteCount)
}

/// Returns the two-byte scalar at the front of a word from `fourBytes(of:at:)`, or nil if there is none.
@inline(__always)
func twoByteScalar(_ word: UInt32) -> UInt32? {
  let scalar = (word & 0x1F) << 6 | (word & 0x3F00) >> 8
  return word & 0xC0E0 == 0x80C0 && scalar >= 0x80 ? scalar : nil
}

/// Returns the three-byte scalar at the front of a word, or nil if there is none.
@inline(__always)
func threeByteScalar(_ word: UInt32) -> UInt32? {
  let scalar = (word & 0x0F) << 12 | (word & 0x3F00) >> 2 | (word & 0x3F_0000) >> 16
  let isSurrogate = scalar & 0xF800 == 0xD800
  return word & 0xC0_C0F0 == 0x80_80E0 && scalar >= 0x800 && !isSurrogate ? scalar : nil
}

/// Returns the four-byte scalar in a word, or nil if there is none.
@inline(__always)
func fourByteScalar(_ word: UInt32) -> UInt32? {
  let scalar = (word & 0x07) << 18 | (word & 0x3F00) << 4 | (word & 0x3F_0000) >> 10 | (word & 0x3F00_0000) >> 24
  return word & 0xC0C0_C0F8 == 0x8080_80F0 && scalar >= 0x1_0000 && scalar <= 0x10_FFFF ? scalar : nil
}

/// Loads four bytes, which must exist, with the first in the least significant position.
@inline(__always)
func fourBytes(of bytes: UnsafeRawBufferPointer, at position: Int) -> UInt32 {
  UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
}

/// Loads the remaining bytes, fewer than four, and zeros in the place of the missing ones.
private func lastBytes(of bytes: UnsafeRawBufferPointer, from position: Int) -> UInt32 {
  bytes[position...].reversed().reduce(0) { $0 << 8 | UInt32($1) }
}

/// Returns whether eight bytes, which must exist, are all ASCII.
@inline(__always)
func areEightASCII(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Bool {
  bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
}

/// Returns the length of the malformed sequence at `position`: the longest prefix of a valid sequence, and at least one
/// byte.
///
/// Unicode calls it a maximal subpart and recommends to replace it by one U+FFFD.
func malformedByteCount(in bytes: UnsafeRawBufferPointer, at position: Int) -> Int {
  let lead = bytes[position]
  let second: ClosedRange<UInt8>
  switch lead {
  case 0xE0: second = 0xA0...0xBF
  case 0xED: second = 0x80...0x9F
  case 0xF0: second = 0x90...0xBF
  case 0xF4: second = 0x80...0x8F
  case 0xE1..<0xF0, 0xF1..<0xF4: second = 0x80...0xBF
  // With a valid second byte, the sequence would be well-formed.
  default: return 1
  }
  let rest = bytes[(position + 1)...]
  guard let next = rest.first, second.contains(next) else { return 1 }
  guard lead >= 0xF0, let third = rest.dropFirst().first, third & 0xC0 == 0x80 else { return 2 }
  return 3
}

/// Returns the length of the well-formed UTF-8 at the front of `bytes`, up to the first position between two scalars
/// that `isBoundary` accepts, and whether it ends there or at a malformed sequence.
@inline(__always)
func wellFormedPrefix(
  of bytes: UnsafeRawBufferPointer, upTo isBoundary: (UInt32, UInt32) -> Bool = { _, _ in false }
) -> (byteCount: Int, endsAtMalformed: Bool, endsAtBoundary: Bool) {
  var position = 0
  var last: UInt32?
  while position < bytes.count {
    switch decodeScalar(in: bytes, at: position) {
    case .scalar(let scalar, let byteCount):
      if let last, isBoundary(last, scalar) { return (position, false, true) }
      last = scalar
      position += byteCount
    case .truncated: return (position, false, false)
    case .malformed: return (position, true, false)
    }
  }
  return (position, false, false)
}

/// Skips scalars, at most `limit`, as long as they can be counted eight bytes at a time.
func passScalars(in bytes: UnsafeRawBufferPointer, limit: Int) -> (byteCount: Int, unitCount: Int) {
  var position = 0
  var unitCount = 0
  while bytes.count - position >= 16, limit - unitCount >= 8 {
    let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
    // One bit for each byte, set in continuation bytes.
    let continuations = (word >> 7) & ~(word >> 6) & 0x0101_0101_0101_0101
    unitCount += 8 - continuations.nonzeroBitCount
    position += 8
  }
  // Skip the rest of the last counted scalar: the loop above leaves out the last eight bytes, so that it is loaded.
  while position < bytes.count, bytes[position] & 0xC0 == 0x80 {
    position += 1
  }
  return (position, unitCount)
}
