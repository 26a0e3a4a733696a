import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct JSONScannerTests {
  @Test(arguments: [
    (#""""#, ""),
    (#" "plain" "#, "plain"),
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
    (#""\u0000\u00e9\uFFFF\ud83d\ude00""#, "\0é\u{ffff}😀"),
    ("\"é 한 e\u{301} 😀\"", "é 한 e\u{301} 😀"),
  ])
  func strings(json: String, expected: String) throws {
    let string = try read(Array(json.utf8)) { scanner throws(CheckpointError) in try scanner.readString() }
    #expect(Array(string.utf8) == Array(expected.utf8))
  }

  @Test(arguments: [
    #""open"#, #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud800""#, #""\ud800x""#, #""\ud800\n""#,
    #""\ud800\u0041""#, #""\udc00\ud800""#, #""\udc00""#, "\"line\nbreak\"", "\"\0\"", "plain", "", "'single'",
  ])
  func malformedStrings(json: String) {
    #expect(throws: CheckpointError.self) {
      try read(Array(json.utf8)) { scanner throws(CheckpointError) in try scanner.readString() }
    }
  }

  @Test(
    arguments: [
      [0xff], [0xc3], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80],
    ] as [[UInt8]])
  func malformedUTF8(bytes: [UInt8]) {
    #expect(
      throws: CheckpointError.damaged(
        path: "file", .malformedJSON(part: "text", offset: 1, expected: "well-formed UTF-8"))
    ) {
      try read([0x22] + bytes + [0x22]) { scanner throws(CheckpointError) in try scanner.readString() }
    }
  }

  @Test(arguments: [("0", 0), ("7 ", 7), ("1204", 1204), ("9223372036854775807", Int.max)])
  func integers(json: String, expected: Int) throws {
    #expect(try read(Array(json.utf8)) { scanner throws(CheckpointError) in try scanner.readInteger() } == expected)
  }

  @Test(arguments: [
    "", "-1", "-0", "+1", "01", "00", "1.0", ".5", "1e3", "1E400", "9223372036854775808", "18446744073709551616",
    "99999999999999999999999999999999999999999999", "0x10", "NaN", "null", "true", "\"1\"", "٣",
  ])
  func malformedIntegers(json: String) {
    #expect(throws: CheckpointError.self) {
      try read(Array(json.utf8)) { scanner throws(CheckpointError) in try scanner.readInteger() }
    }
  }

  @Test func objectsAndArrays() throws {
    let members = try readLists(#" { "a" : [ 1 , 2 ] , "b" : [ ] , "\u0063" : [3] } "#)
    #expect(members == ["a": [1, 2], "b": [], "c": [3]])
    #expect(try readLists("{}").isEmpty)
  }

  @Test(arguments: [
    "", "{", "}", "[]", "{}{}", "{},", #"{"a"}"#, #"{"a":}"#, #"{"a":[1}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#,
    #"{"a":[1 2]}"#, #"{"a":[1],}"#, #"{,"a":[1]}"#, #"{"a":[1] "b":[2]}"#, #"{a:[1]}"#, #"{"a":[[1]]}"#,
    #"{"a":[1]} x"#, "{}\0", #"{"a":[1],"a":[1]}"#, #"{"a":[1],"\u0061":[2]}"#, "\u{feff}{}",
  ])
  func malformedStructure(json: String) {
    #expect(throws: CheckpointError.self) { try readLists(json) }
  }

  @Test func deepNesting() {
    for opening in ["[", #"{"a":"#, #"{"a":["#] {
      #expect(throws: CheckpointError.self) { try readLists(String(repeating: opening, count: 200_000)) }
    }
  }

  @Test func countsAreLimited() {
    let fault = CheckpointError.unsupported(path: "file", .memberCount(part: "object", limit: 3))
    #expect(throws: fault) { try readLists(#"{"a":[],"b":[],"c":[],"d":[]}"#) }
    let listFault = CheckpointError.unsupported(path: "file", .memberCount(part: "list", limit: 2))
    #expect(throws: listFault) { try readLists(#"{"a":[1,2,3]}"#) }
  }

  private func readLists(_ json: String) throws -> [String: [Int]] {
    try read(Array(json.utf8)) { scanner throws(CheckpointError) in
      var members: [String: [Int]] = [:]
      try scanner.readObject(atMost: 3, of: "object") { name, scanner throws(CheckpointError) in
        var elements: [Int] = []
        try scanner.readArray(atMost: 2, of: "list") { scanner throws(CheckpointError) in
          elements.append(try scanner.readInteger())
        }
        members[name] = elements
      }
      return members
    }
  }

  private func read<Value>(
    _ bytes: [UInt8], _ body: (inout JSONScanner) throws(CheckpointError) -> Value
  ) throws(CheckpointError) -> Value {
    var scanner = JSONScanner(bytes, part: "text", path: "file")
    let value = try body(&scanner)
    try scanner.readEnd()
    return value
  }
}
