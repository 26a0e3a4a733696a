internal import CommandLineSupport
internal import RecurrentEngine

/// The CSV files of activations.
enum ActivationTables {
  /// Returns a row for each character and unit, with the loss of the character and all activations of the unit.
  ///
  /// - Throws: `CorpusError` if the text can no longer be read.
  static func activations(
    of units: [UnitName], _ model: LanguageModel, _ text: ActivationText
  ) throws(CorpusError) -> String {
    let shown = model.configuration.cell.activations
    var csv = "index,character,nats,layer,unit,\(shown.map(\.name).joined(separator: ","))\n"
    let pass = try text.makePass(model)
    while try pass.next() {
      for index in pass.characters {
        let character = escaped(text.corpus.vocabulary.bytes(of: pass.id(at: index)))
        let nats = pass.cost(at: index).map { NumberText.fixed(Double($0), decimals: 6) } ?? ""
        for layer in Set(units.map(\.layer)).sorted() {
          let values = shown.map { pass.values($0, layer: layer, at: index) }
          for unit in units where unit.layer == layer {
            let fields = values.map { NumberText.fixed(Double($0[unit.unit]), decimals: 6) }
            csv += "\(index),\(character),\(nats),\(layer),\(unit.unit),\(fields.joined(separator: ","))\n"
          }
        }
      }
    }
    return csv
  }

  /// Returns a row for each gate of each layer, with the shares of its values in each bin.
  static func histograms(_ survey: UnitSurvey) -> String {
    func text(_ share: Double) -> String { NumberText.fixed(share, decimals: 6) }
    let bins = (0..<GateHistogram.binCount).map { "from_0.\($0)" }.joined(separator: ",")
    let rows = survey.histograms.map { histogram in
      let shares = [histogram.closedShare, histogram.openShare] + histogram.shares
      return "\(histogram.layer),\(histogram.role.rawValue),\(shares.map(text).joined(separator: ","))\n"
    }
    return "layer,gate,below_0.1,above_0.9,\(bins)\n" + rows.joined()
  }

  /// Returns a character as a CSV field in one line, with line breaks and control characters escaped.
  private static func escaped(_ bytes: [UInt8]) -> String {
    csvField(TerminalText.escaped(String(decoding: TabSeparatedField.escaped(bytes), as: UTF8.self)))
  }
}
