/// A field of a row with tab-separated columns.
public enum TabSeparatedField {
  /// Returns the bytes with tab, line feed and backslash escaped as `\t`, `\n` and `\\`, so that they end no field or
  /// row.
  public static func escaped(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte in
      switch byte {
      case UInt8(ascii: "\t"): Array(#"\t"#.utf8)
      case UInt8(ascii: "\n"): Array(#"\n"#.utf8)
      case UInt8(ascii: "\\"): Array(#"\\"#.utf8)
      default: [byte]
      }
    }
  }
}
