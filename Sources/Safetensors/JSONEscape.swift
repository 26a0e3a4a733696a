/// The escape sequences of strings in JSON (RFC 8259, section 7).
package enum JSONEscape {
  /// Returns the character of a backslash with a letter; nil if there is no such sequence, or if it is `u`.
  package static func scalar(of letter: UInt8) -> Unicode.Scalar? {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): Unicode.Scalar(letter)
    case UInt8(ascii: "b"): "\u{8}"
    case UInt8(ascii: "f"): "\u{c}"
    case UInt8(ascii: "n"): "\n"
    case UInt8(ascii: "r"): "\r"
    case UInt8(ascii: "t"): "\t"
    default: nil
    }
  }

  /// Returns the character of two code units of UTF-16; nil if they are no surrogate pair.
  package static func scalar(lead: UInt16, trail: UInt16) -> Unicode.Scalar? {
    guard UTF16.isLeadSurrogate(lead), UTF16.isTrailSurrogate(trail) else { return nil }
    return Unicode.Scalar(0x10000 + (UInt32(lead) - 0xd800) << 10 + (UInt32(trail) - 0xdc00))
  }
}
