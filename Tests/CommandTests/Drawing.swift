import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// A parsed SVG file.
final class Drawing: NSObject, XMLParserDelegate {
  private var elements: [(name: String, classes: [String])] = []
  /// The contents of `text` and `tspan` elements.
  private(set) var texts: [String] = []
  private var text = ""

  init(_ bytes: Data) throws {
    super.init()
    let parser = XMLParser(data: bytes)
    parser.delegate = self
    try #require(parser.parse(), "\(parser.parserError.debugDescription)")
    #expect(elements.first?.name == "svg")
  }

  func count(of name: String, withClass className: String) -> Int {
    elements.count { $0.name == name && $0.classes.contains(className) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes["class"]?.split(separator: " ").map(String.init) ?? []))
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if ["text", "tspan"].contains(name), !text.isEmpty { texts.append(text) }
    text = ""
  }
}
