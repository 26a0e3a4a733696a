internal import CommandLineSupport

/// An SVG image, written element by element.
struct SVGPage {
  private var elements: [String]

  init(width: Double, height: Double, title: String) {
    let size = (Self.number(width), Self.number(height))
    elements = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size.0)\" height=\"\(size.1)\" "
        + "viewBox=\"0 0 \(size.0) \(size.1)\" role=\"img\">",
      "<title>\(title.escapedForXML)</title>",
      "<style>\n\(ChartStyle.sheet)\n</style>",
      "<rect class=\"page\" width=\"100%\" height=\"100%\"/>",
    ]
  }

  /// The content of the whole file.
  var text: String { elements.joined(separator: "\n") + "\n</svg>\n" }

  mutating func line(from start: Point, to end: Point, _ classes: String) {
    elements.append(
      "<line class=\"\(classes)\" x1=\"\(Self.number(start.x))\" y1=\"\(Self.number(start.y))\" "
        + "x2=\"\(Self.number(end.x))\" y2=\"\(Self.number(end.y))\"/>")
  }

  mutating func polyline(_ points: [Point], _ classes: String) {
    guard points.count > 1 else { return }
    elements.append("<polyline class=\"\(classes)\" points=\"\(Self.places(points))\"/>")
  }

  mutating func polygon(_ points: [Point], _ classes: String) {
    guard points.count > 2 else { return }
    elements.append("<polygon class=\"\(classes)\" points=\"\(Self.places(points))\"/>")
  }

  private static func places(_ points: [Point]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }

  mutating func circle(at center: Point, radius: Double, _ classes: String) {
    elements.append(
      "<circle class=\"\(classes)\" cx=\"\(Self.number(center.x))\" cy=\"\(Self.number(center.y))\" "
        + "r=\"\(Self.number(radius))\"/>")
  }

  /// - Parameter note: Text after `text`, in the colour of secondary content.
  mutating func text(_ text: String, note: String = "", x: Double, y: Double, _ classes: String) {
    let start = "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
    let content = text.escapedForXML
    guard !note.isEmpty else {
      elements.append("\(start) class=\"\(classes)\">\(content)</text>")
      return
    }
    elements.append(
      "\(start)><tspan class=\"\(classes)\">\(content)</tspan>"
        + "<tspan class=\"muted\" dx=\"9\">\(note.escapedForXML)</tspan></text>")
  }

  private static func number(_ value: Double) -> String {
    let text = NumberText.fixed(value, decimals: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
