import CommandLineSupport
import Testing

@Suite struct TerminalTextTests {
  @Test(arguments: [
    ("plain – 文字 é 🙂", "plain – 文字 é 🙂"), ("a\nb\r\nc\td", "a\\nb\\r\\nc\\td"), ("\u{1B}[2J\u{7}", "\\u{1B}[2J\\u{7}"),
    ("\0\u{7F}\u{9B}", "\\u{0}\\u{7F}\\u{9B}"), ("\u{2028}\u{2029}\u{85}", "\\u{2028}\\u{2029}\\u{85}"),
    ("gpj.\u{202E}exe\u{2066}", "gpj.\\u{202E}exe\\u{2066}"), ("", ""),
  ]) func escapes(text: String, expected: String) {
    #expect(TerminalText.escaped(text) == expected)
  }

  @Test func noControlCharacterSurvives() {
    for value in Array(0...0x1F) + Array(0x7F...0x9F) {
      let scalar = Unicode.Scalar(UInt8(value))
      let escaped = TerminalText.escaped("a\(Character(scalar))b")
      #expect(!escaped.unicodeScalars.contains(scalar))
      #expect(escaped.hasPrefix("a\\") && escaped.hasSuffix("b"))
    }
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("かな", 4), ("ｶﾅ", 2), ("한글", 4),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("🙂", 2), ("❤\u{FE0F}", 2), ("❤", 1), ("🇩🇪", 4), ("ＡＢ", 4), ("Ж", 1), ("—", 1),
    ("𠮷", 2), ("\u{200B}", 0),
  ]) func columns(text: String, expected: Int) {
    #expect(TerminalText.columnCount(text) == expected)
  }

  @Test func prefixesEndAtWholeCharacters() {
    #expect(TerminalText.prefix("漢字漢字", columns: 5) == "漢字")
    #expect(TerminalText.prefix("漢字漢字", columns: 8) == "漢字漢字")
    #expect(TerminalText.prefix("abc", columns: 2) == "ab")
    #expect(TerminalText.prefix("a🙂b", columns: 2) == "a")
    #expect(TerminalText.prefix("ae\u{301}", columns: 2) == "ae\u{301}")
    #expect(TerminalText.prefix("abc", columns: 0) == "")
    #expect(TerminalText.prefix("abc", columns: -1) == "")
  }

  @Test func wrapping() {
    #expect(TerminalText.wrapped("one two  three", width: 7) == ["one two", "three"])
    #expect(TerminalText.wrapped("one two three", width: 8, indent: 1, hangingIndent: 3) == [" one two", "   three"])
    #expect(TerminalText.wrapped("a incomprehensible b", width: 5) == ["a", "incomprehensible", "b"])
    #expect(TerminalText.wrapped("漢字 漢字", width: 8) == ["漢字", "漢字"])
    #expect(TerminalText.wrapped("漢字 漢字", width: 9) == ["漢字 漢字"])
    #expect(TerminalText.wrapped("one two\u{A0}three", width: 9) == ["one", "two three"])
    #expect(TerminalText.wrapped("", width: 9) == [])
  }
}
