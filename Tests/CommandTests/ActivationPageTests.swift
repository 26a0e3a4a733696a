import Foundation
import RecurrentEngine
import Testing

/// Tests of the page of `lstm-inspect --activations --page`.
struct ActivationPageTests {
  private struct PageData: Decodable {
    struct Track: Decodable {
      var name: String
      var least: Double
      var greatest: Double
      var values: Data

      /// Returns the value at a character, exact to `resolution`.
      func number(_ index: Int) -> Double {
        least + (Double(Int8(bitPattern: values[index])) + 127) / 254 * (greatest - least)
      }
      var resolution: Double { (greatest - least) / 254 }
    }

    struct Unit: Decodable {
      var name: String
      var note: String
      var best: String
      var tracks: [Track]
    }

    var text: [String]
    var units: [Unit]
  }

  private static func data(_ html: String) throws -> PageData {
    let start = try #require(html.range(of: "<script type=\"application/json\" id=\"data\">"))
    let end = try #require(html[start.upperBound...].firstIndex(of: "<"))
    return try JSONDecoder().decode(PageData.self, from: Data(html[start.upperBound..<end].utf8))
  }

  @Test(arguments: RecurrentCell.Kind.allCases.map { $0.variants[0] })
  func numbersOfEveryUnit(cell: RecurrentCell) throws {
    let folder = try WorkFolder()
    try folder.train("--cell", cell.kind.rawValue, "--layers", "2").expectSuccess()
    try folder.run(
      .inspect,
      [
        "--activations", "text.txt", "--length", "150", "--units", "1:3,0:2", "--output", "a.csv", "--page",
        "page.html",
        "checkpoint.bin",
      ]
    ).expectSuccess()
    let html = try folder.text(of: "page.html")
    let data = try Self.data(html)
    #expect(data.text.joined() == String(TinyTraining.text.prefix(150)))
    #expect(data.units.count == 16)
    #expect(Set(data.units.map(\.name)) == Set((0..<16).map { "\($0 / 8):\($0 % 8)" }))
    #expect(data.units.prefix(2).map(\.name) == ["1:3", "0:2"])
    // The other units are sorted by their strongest correlation.
    let correlations = try data.units.dropFirst(2).map { unit in
      abs(try #require(unit.note.split(separator: " ").last.flatMap { Double($0) }))
    }
    #expect(correlations == correlations.sorted(by: >) && correlations[0] > 0)
    let states = cell.stateCount == 2 ? ["c", "h"] : ["h"]
    for unit in data.units.dropFirst(2) { #expect(unit.tracks.map(\.name) == states && states.contains(unit.best)) }
    let rows = try ActivationTests.rows(folder.text(of: "a.csv"))
    for unit in data.units.prefix(2) {
      let ofUnit = rows.filter { "\($0["layer"] ?? ""):\($0["unit"] ?? "")" == unit.name }
      #expect(unit.tracks.count == (rows.first?.count ?? 0) - 5)
      for track in unit.tracks {
        #expect(track.values.count == 150)
        for (index, row) in ofUnit.enumerated() {
          let value = try #require(row[track.name].flatMap(Double.init))
          #expect(abs(track.number(index) - value) <= 0.51 * track.resolution + 1e-6, "\(unit.name) \(track.name)")
        }
      }
    }
    let figureCount = html.ranges(of: "<figure>").count
    #expect(figureCount == 2 * cell.gates.count(where: \.isShare))
  }

  @Test func aPageNeedsNothingElse() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    try folder.run(.inspect, ["--activations", "text.txt", "--page", "page.html", "checkpoint.bin"]).expectSuccess()
    let html = try folder.text(of: "page.html")
    for word in ["http:", "https:", "src=", "href", "url(", "@import", "fetch(", "XMLHttpRequest"] {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(html.contains("default-src 'none'"))
    #expect(html.contains("@media (prefers-color-scheme: dark)"))
  }

  /// Special characters in a text or in a file name are escaped.
  @Test func nothingOfATextIsTakenForThePage() throws {
    let folder = try WorkFolder()
    let text = String(repeating: "</script><b onclick='x'>&amp; \"<!--\" é\u{301}\u{0} \\\t]]>\n", count: 30)
    try folder.write(text, to: "<i>&text.txt")
    try folder.train([], texts: ["<i>&text.txt"]).expectSuccess()
    try folder.run(
      .inspect,
      ["--activations", "<i>&text.txt", "--page", "page.html", "--force-gate", "forget=0.5", "checkpoint.bin"]
    ).expectSuccess()
    let html = try folder.text(of: "page.html")
    #expect(try Self.data(html).text.joined() == text)
    #expect(html.ranges(of: "</script>").count == 2)
    #expect(!html.contains("<i>&") && !html.contains("<b on") && !html.contains("<!--"))
    #expect(html.contains("<h1>checkpoint.bin reads &lt;i&gt;&amp;text.txt</h1>"))
    #expect(html.contains("<p>with forget=0.5: "))
  }
}
