internal import CommandLineSupport
internal import Plotting
internal import RecurrentEngine

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A self-contained HTML page that colours the characters of a text by the activations of a unit.
struct ActivationPage {
  let title: String
  /// Lines below the title.
  let summary: [String]
  let survey: UnitSurvey
  let ranking: [UnitSurvey.Tracking]
  let tracks: ActivationTracks

  private struct PageData: Encodable {
    struct Track: Encodable {
      var name: String
      var least: Float
      var greatest: Float
      /// Base64 of the signed bytes of an ``ActivationTrack``.
      var values: String
    }

    struct Unit: Encodable {
      var name: String
      /// Feature with the strongest correlation, and the correlation; empty if there is none.
      var note: String
      /// The name of the track that is shown first.
      var best: String
      var tracks: [Track]
    }

    var text: [String]
    var units: [Unit]
  }

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <meta name="color-scheme" content="light dark">
    <title>\(title.escapedForXML)</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <header>
    <h1>\(title.escapedForXML)</h1>
    \(summary.map { "<p>\($0.escapedForXML)</p>" }.joined(separator: "\n"))
    </header>
    <nav aria-label="Unit">
    <button id="previous" aria-label="previous unit" title="previous unit (left arrow)">←</button>
    <label>unit <select id="unit"></select></label>
    <button id="next" aria-label="next unit" title="next unit (right arrow)">→</button>
    <label>shows <select id="track"></select></label>
    <span id="legend" role="img" aria-label="legend"></span>
    <output id="value"></output>
    </nav>
    <main>
    <section id="text" aria-label="the text, coloured"></section>
    <aside>
    \(rankingTable)
    \(histogramFigures)
    </aside>
    </main>
    <footer><p>Keys: left and right arrow for the unit, t for what is shown of it.
    An address that ends in #1:179 shows unit 179 of layer 1.</p></footer>
    <script type="application/json" id="data">\(json)</script>
    <script>
    \(Self.script)
    </script>
    </body>
    </html>

    """
  }

  /// Data for the script as JSON. `<` is escaped, because `</script>` in a string would end the element.
  private var json: String {
    let best = Dictionary(ranking.map { ($0.unit, $0) }, uniquingKeysWith: { first, _ in first })
    let data = PageData(
      text: tracks.characters,
      units: tracks.units.map { unit in
        let tracking = best[unit.name]
        return PageData.Unit(
          name: unit.name.description,
          note: tracking.map { "\($0.feature.rawValue) \(SurveyTable.text(correlation: $0.correlation))" } ?? "",
          best: (tracking?.state ?? .hidden).name,
          tracks: unit.tracks.map { track in
            PageData.Track(
              name: track.name, least: track.range.lowerBound, greatest: track.range.upperBound,
              values: Data(track.bytes.map(UInt8.init(bitPattern:))).base64EncodedString())
          })
      })
    // Encoding of strings and finite numbers cannot fail.
    guard let json = try? JSONEncoder().encode(data) else { return "{}" }
    return String(decoding: json, as: UTF8.self).replacing("<", with: "\\u003c")
  }

  /// HTML table of the units with the strongest correlations with each feature, with buttons that select a unit.
  private var rankingTable: String {
    let shown = Set(tracks.units.map(\.name))
    let rows = TextFeature.allCases.flatMap { feature in
      survey.best(feature, count: 3).enumerated().map { index, tracking in
        let unit = tracking.unit.description
        let button =
          "<button data-unit=\"\(unit)\" data-track=\"\(tracking.state.name)\">\(unit) \(tracking.state.name)</button>"
        return "<tr><th scope=\"row\">\(index == 0 ? feature.rawValue : "")</th>"
          + "<td>\(shown.contains(tracking.unit) ? button : "\(unit) \(tracking.state.name)")</td>"
          + "<td class=\"number\">\(SurveyTable.text(correlation: tracking.correlation))</td></tr>"
      }
    }
    guard !rows.isEmpty else { return "<p>No unit tracks anything that varies in this text.</p>" }
    return """
      <table>
      <caption>What units track best, by correlation</caption>
      <thead><tr><th scope="col">feature</th><th scope="col">unit</th><th scope="col">correlation</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      """
  }
}
