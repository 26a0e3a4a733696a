/// A field of a row whose columns have tabs between.
public enum TabSeparatedField {
  /// Bytes in which nothing ends a field or a row: tab, line feed and backslash become `\t`, `\n` and `\\`.
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
