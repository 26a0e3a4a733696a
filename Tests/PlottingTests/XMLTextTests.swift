import Foundation
import Testing

@testable import Plotting

#if canImport(FoundationXML)
import FoundationXML
#endif

struct XMLTextTests {
  @Test(arguments: ["a < b && c > d", "\"quoted\" 'text'", "]]> <!-- & -->", "&amp;", "日本 🌊 e\u{301}", "a\tb"])
  func aParserReadsTheTextBack(text: String) throws {
    #expect(try content(of: "<a>\(text.escapedForXML)</a>") == text)
    #expect(try content(of: "<a b=\"\(text.escapedForXML)\">x</a>") == "x")
  }

  @Test func whatXMLCannotWriteIsReplaced() throws {
    #expect(try content(of: "<a>\("a\u{0}\u{1B}\u{FFFF}b".escapedForXML)</a>") == "a\u{FFFD}\u{FFFD}\u{FFFD}b")
  }

  private func content(of xml: String) throws -> String {
    let parser = XMLParser(data: Data(xml.utf8))
    let reader = TextReader()
    parser.delegate = reader
    try #require(parser.parse(), "\(xml)")
    return reader.text
  }

  private final class TextReader: NSObject, XMLParserDelegate {
    var text = ""

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }
}
