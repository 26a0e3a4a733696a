/// The outcome of decoding one scalar.
enum DecodedScalar: Equatable {
  case scalar(UInt32, byteCount: Int)
  /// The bytes end before the scalar that their first byte announces.
  case truncated
  case malformed
}

/// Decodes the scalar that starts at `position`, by the table of well-formed sequences in RFC 3629.
///
/// A sequence cut by the end of the bytes is `truncated` whatever its last bytes are. If no more bytes follow it is
/// malformed, and either way the defect lies at `position`.
@inline(__always)
func decodeScalar(in bytes: UnsafeRawBufferPointer, at position: Int) -> DecodedScalar {
  let lead = UInt32(bytes[position])
  let available = bytes.count - position

  if lead < 0x80 {
    return .scalar(lead, byteCount: 1)
  }
  if lead & 0xF0 == 0xE0 {
    guard available >= 3 else { return .truncated }
    let second = UInt32(bytes[position + 1])
    let third = UInt32(bytes[position + 2])
    let scalar = (lead & 0x0F) << 12 | (second & 0x3F) << 6 | (third & 0x3F)
    let isSurrogate = scalar & 0xF800 == 0xD800
    guard isContinuation(second), isContinuation(third), scalar >= 0x800, !isSurrogate else { return .malformed }
    return .scalar(scalar, byteCount: 3)
  }
  if lead >= 0xC2, lead <= 0xDF {
    guard available >= 2 else { return .truncated }
    let second = UInt32(bytes[position + 1])
    guard isContinuation(second) else { return .malformed }
    return .scalar((lead & 0x1F) << 6 | (second & 0x3F), byteCount: 2)
  }
  if lead >= 0xF0, lead <= 0xF4 {
    guard available >= 4 else { return .truncated }
    let second = UInt32(bytes[position + 1])
    let third = UInt32(bytes[position + 2])
    let fourth = UInt32(bytes[position + 3])
    let scalar = (lead & 0x07) << 18 | (second & 0x3F) << 12 | (third & 0x3F) << 6 | (fourth & 0x3F)
    guard isContinuation(second), isContinuation(third), isContinuation(fourth) else { return .malformed }
    guard scalar >= 0x1_0000, scalar <= 0x10_FFFF else { return .malformed }
    return .scalar(scalar, byteCount: 4)
  }
  return .malformed
}

@inline(__always)
private func isContinuation(_ byte: UInt32) -> Bool {
  byte & 0xC0 == 0x80
}

/// The length of the well-formed UTF-8 at the front of `bytes`, and whether a malformed sequence ends it.
func wellFormedPrefix(of bytes: UnsafeRawBufferPointer) -> (byteCount: Int, endsAtMalformed: Bool) {
  var position = 0
  while position < bytes.count {
    switch decodeScalar(in: bytes, at: position) {
    case .scalar(_, let byteCount): position += byteCount
    case .truncated: return (position, false)
    case .malformed: return (position, true)
    }
  }
  return (position, false)
}
