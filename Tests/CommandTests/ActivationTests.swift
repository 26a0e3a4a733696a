import Foundation
import RecurrentEngine
import Testing

@testable import lstm_inspect

/// Tests of `lstm-inspect --activations`.
struct ActivationTests {
  /// The equations of the cell hold for every gate, c and h of some units in two layers.
  @Test(
    arguments: TrainingRunTests.cells + [
      ["--cell", "lstm", "--unit", "byte"], ["--cell", "lstm", "--forget-gate", "coupled", "--peepholes"],
      ["--cell", "rnn", "--activation", "relu", "--connection", "gated"],
    ])
  func theEquationsHold(options: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(options + ["--layers", "2"]).expectSuccess()
    let outcome = try folder.run(
      .inspect,
      ["--activations", "text.txt", "--length", "200", "--units", "1:3,0:2", "--output", "a.csv", "checkpoint.bin"])
    outcome.expect(status: 0, output: outcome.output, error: "")
    let rows = try Self.rows(folder.text(of: "a.csv"))
    #expect(rows.map { $0["index"] } == (0..<400).map { "\($0 / 2)" })
    #expect(rows.map { "\($0["layer"] ?? ""):\($0["unit"] ?? "")" } == (0..<400).map { $0 % 2 == 0 ? "0:2" : "1:3" })
    let characters = stride(from: 0, to: 400, by: 2).compactMap { rows[$0]["character"] }
    #expect(characters.joined().replacing("\\n", with: "\n") == String(TinyTraining.text.prefix(200)))

    for first in 0..<2 {
      // The first character follows the state after a line feed.
      var (c, h) = (Double?.none, Double?.none)
      for row in stride(from: first, to: 400, by: 2).map({ rows[$0] }) {
        func number(_ column: String) throws -> Double { try #require(row[column].flatMap(Double.init), "\(column)") }
        let found = try number("h")
        if row["output"] != nil {
          let forget = try options.contains("coupled") ? 1 - number("input") : number("forget")
          if let c { #expect(abs(try number("c") - (try forget * c + number("input") * number("candidate"))) < 1e-4) }
          c = try number("c")
          #expect(abs(found - (try number("output") * tanh(number("c")))) < 1e-4)
        } else if row["update"] != nil, let h {
          #expect(abs(found - (try h + number("update") * (number("candidate") - h))) < 1e-4)
        }
        #expect(options.contains("relu") ? found >= 0 : abs(found) <= 1 && found != 0)
        h = found
        let gates = Set(row.keys).subtracting(["index", "character", "nats", "layer", "unit", "c", "h"])
        let cell = try #require(RecurrentCell.Kind(rawValue: options[1])).variants[0]
        #expect(gates.count == cell.gates.count - (options.contains("coupled") ? 1 : 0))
        for gate in gates { #expect(try (gate == "candidate" ? -1.0...1 : 0...1).contains(number(gate))) }
      }
    }
  }

  /// The loss is that of `lstm-score` on the same text, and the sum of the costs in the CSV file.
  @Test(arguments: [[], ["--lines"]])
  func theLossIsThatOfScoring(options: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(options).expectSuccess()
    let arguments = ["--activations", "text.txt", "--output", "a.csv", "checkpoint.bin"]
    let table = try folder.run(.inspect, arguments).expectSuccess().output
    let loss = try #require(
      table.firstMatch(of: /^2,160 characters: ([0-9.]+) nats per character\n/).flatMap { Double($0.1) })
    let score = try folder.run(.score, ["--streams", "1", "--json", "checkpoint.bin", "text.txt"])
    let total = try #require(
      (JSONSerialization.jsonObject(with: score.outputBytes) as? [String: Any])?["total"] as? [String: Any])
    #expect(abs(loss - (try #require(total["nats_per_character"] as? Double))) < 2e-4)
    let rows = try Self.rows(folder.text(of: "a.csv"))
    let unit = try #require(rows.first?["unit"])
    let layer = try #require(rows.first?["layer"])
    let costs = rows.filter { $0["unit"] == unit && $0["layer"] == layer }.map { $0["nats"] ?? "?" }
    #expect(costs.count == 2160 && costs.count { $0 == "" } == (options.isEmpty ? 1 : 0))
    let numbers = costs.compactMap(Double.init)
    #expect(abs(numbers.reduce(0, +) / Double(numbers.count) - loss) < 1e-4)
  }

  /// The correlations in the table follow from the values in the CSV file.
  @Test func correlationsAreThoseOfTheNumbers() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    let table = try folder.run(.inspect, ["--activations", "text.txt", "checkpoint.bin"]).expectSuccess().output
    let match = try #require(table.firstMatch(of: /characters since newline +0:([0-9]) +([ch]) +([+-][0-9.]+)\n/))
    try folder.run(
      .inspect, ["--activations", "text.txt", "--units", "0:\(match.1)", "--output", "a.csv", "checkpoint.bin"]
    ).expectSuccess()
    let values = try Self.rows(folder.text(of: "a.csv")).compactMap { $0[String(match.2)].flatMap(Double.init) }
    var position = 0.0
    let positions = TinyTraining.text.map { character in
      position = character == "\n" ? 0 : position + 1
      return position
    }
    #expect(abs(Self.correlation(values, positions) - (try #require(Double(match.3)))) < 1e-3)
    // The text has no quotation marks, brackets, uppercase letters or digits.
    for feature in ["quotes", "bracket", "upper", "digit", "sentence"] {
      #expect(table.contains(feature) == (feature == "sentence"), "\(feature)")
    }
  }

  @Test func histogramsAreOfAllUnits() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    let units = (0..<8).map { "0:\($0)" }.joined(separator: ",")
    let outcome = try folder.run(
      .inspect,
      [
        "--activations", "text.txt", "--length", "100", "--units", units, "--output", "a.csv", "--histograms", "h.csv",
        "checkpoint.bin",
      ]
    ).expectSuccess()
    let rows = try Self.rows(folder.text(of: "a.csv"))
    #expect(rows.count == 800)
    let lines = try folder.text(of: "h.csv").split(separator: "\n")
    #expect(
      lines.first == "layer,gate,below_0.1,above_0.9,\((0..<10).map { "from_0.\($0)" }.joined(separator: ","))")
    #expect(lines.dropFirst().map { $0.split(separator: ",")[1] } == ["input", "forget", "output"])
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",")
      let shares = fields.dropFirst(2).compactMap { Double($0) }
      #expect(fields[0] == "0" && shares.count == 12)
      #expect(shares[0] == shares[2] && shares[1] == shares[11])
      let values = rows.compactMap { $0[String(fields[1])].flatMap(Double.init) }
      for bin in 0..<10 {
        let share = Double(values.count { Int($0 * 10) == bin }) / 800
        // Rounding in the file may move values at the edge of a bin.
        #expect(abs(share - shares[2 + bin]) < 2.5 / 800)
      }
      let percent = String(format: "%.1f %%", 100 * shares[0])
      #expect(outcome.output.contains(try Regex("layer 0, \(fields[1]) +\(percent) ")))
    }
  }

  @Test func forcedGates() throws {
    let folder = try WorkFolder()
    try folder.train("--layers", "2").expectSuccess()
    let read = [
      "--activations", "text.txt", "--length", "500", "--units", "1:5", "--output", "a.csv", "checkpoint.bin",
    ]
    let plain = try folder.run(.inspect, read).expectSuccess().output
    let before = try folder.bytes(of: "checkpoint.bin")
    let loss = try #require(plain.firstMatch(of: /: ([0-9.]+) nats/)?.1)
    for (gate, value) in [("forget", 0.0), ("forget", 1), ("input", 0.5), ("output", 0)] {
      let outcome = try folder.run(.inspect, read + ["--force-gate", "\(gate)=\(value)"]).expectSuccess()
      let lines = outcome.output.split(separator: "\n")
      #expect(lines[0] == "500 characters: \(loss) nats per character")
      #expect(lines[1].hasPrefix("with \(gate)=\(value == 0.5 ? "0.5" : "\(Int(value))"): "), "\(lines[1])")
      var c: Double?
      for row in try Self.rows(folder.text(of: "a.csv")) {
        let number = { (column: String) in row[column].flatMap(Double.init) ?? .nan }
        #expect(number(gate) == value)
        if let c { #expect(abs(number("c") - (number("forget") * c + number("input") * number("candidate"))) < 1e-4) }
        c = number("c")
        #expect(abs(number("h") - number("output") * tanh(number("c"))) < 1e-4)
      }
    }
    // With a constant output, the model cannot tell one character from another.
    let blind = try folder.run(.inspect, read + ["--force-gate", "output=0,forget=0"]).expectSuccess().output
    #expect(blind.contains(/with output=0, forget=0: [0-9.]+ nats per character, [0-9.]+ more\n/), "\(blind)")
    #expect(try folder.bytes(of: "checkpoint.bin") == before)
  }

  @Test func wrongInput() throws {
    let folder = try WorkFolder()
    try folder.train("--layers", "2").expectSuccess()
    try folder.train("--cell", "rnn", "--checkpoint", "rnn.bin").expectSuccess()
    try folder.train("--cell", "gru", "--checkpoint", "gru.bin").expectSuccess()
    let problems: [(arguments: [String], message: String)] = [
      ([], "give one checkpoint that lstm-train wrote"),
      (["checkpoint.bin", "rnn.bin"], "give one checkpoint that lstm-train wrote"),
      (["--units", "2:0", "checkpoint.bin"], "--units 2:0: no such unit; there are 0:0 to 1:7"),
      (["--units", "0:8", "checkpoint.bin"], "--units 0:8: no such unit; there are 0:0 to 1:7"),
      (
        ["--force-gate", "update=0.5", "checkpoint.bin"],
        "--force-gate update=0.5: LSTM has no update gate; give input, forget, output"
      ),
      (
        ["--force-gate", "forget=1", "gru.bin"],
        "--force-gate forget=1: GRU (Cho et al. 2014) has no forget gate; give update, reset"
      ),
      (
        ["--force-gate", "forget=1", "rnn.bin"],
        "--force-gate forget=1: RNN (tanh) has no forget gate; it has no gates, so leave the option out"
      ),
      (["--page", "text.txt", "rnn.bin"], "--page would overwrite the text text.txt; choose another path"),
      (
        ["--page", "a", "--histograms", "./a", "rnn.bin"],
        "--page and --histograms are the same file; choose another path for one of them"
      ),
      (["--plot", "a.svg", "rnn.bin"], "--plot is for --gradient-flow; leave it out"),
    ]
    for (arguments, message) in problems {
      try folder.run(.inspect, ["--activations", "text.txt"] + arguments).expect(
        status: 64, error: "lstm-inspect: \(message)\n")
    }
    for wrong in ["0:", "a:1", "0:1,", "0:1:2", "-1:2", ""] {
      #expect(try folder.run(.inspect, ["--activations", "text.txt", "--units", wrong, "rnn.bin"]).status == 64)
    }
    for wrong in ["forget", "forget=2", "forget=-1", "candidate=1", "forget=nan", "forget=0;input=1", "=1", "forget="] {
      #expect(try folder.run(.inspect, ["--activations", "text.txt", "--force-gate", wrong, "rnn.bin"]).status == 64)
    }
  }

  // MARK: Features

  @Test func featuresOfAText() {
    let text = #"He: "No (x [y]), it's 7." A“"# + "\n\nb"
    var reader = TextFeatureReader()
    let rows = text.map { reader.next(String($0)) }
    func column(_ feature: TextFeature) -> [Int] {
      rows.map { Int($0[TextFeature.allCases.firstIndex(of: feature) ?? 0]) }
    }
    let letters = Array(text)
    #expect(rows.count == 31 && letters[4] == "\"" && letters[24] == "\"")
    #expect(column(.positionInLine) == Array(1...28) + [0, 0, 1])
    #expect(column(.insideQuotes) == letters.indices.map { (4..<24).contains($0) || (27...28).contains($0) ? 1 : 0 })
    #expect(column(.bracketDepth) == letters.indices.map { (8..<14).contains($0) ? (11..<13).contains($0) ? 2 : 1 : 0 })
    #expect(column(.insideBrackets) == column(.bracketDepth).map { min($0, 1) })
    #expect(column(.upperCase) == letters.map { $0.isUppercase ? 1 : 0 })
    #expect(column(.digit) == letters.map { $0 == "7" ? 1 : 0 })
    // "it's" is one word.
    #expect(Array(column(.positionInWord)[17..<22]) == [1, 2, 3, 4, 0])
    #expect(column(.insideWord) == column(.positionInWord).map { min($0, 1) })
    #expect(column(.positionInSentence)[22...25] == [22 + 1, 0, 1, 2])
  }

  @Test func correlations() throws {
    var correlations = Correlations(unitCount: 4, featureCount: 3)
    let feature = [0.0, 1, 5, 2, -3]
    let other: [Float] = [0.3, -1, 0.2, 0.9, 0.4]
    for (index, value) in feature.enumerated() {
      correlations.add(
        [Float(value) / 4 + 1, -Float(value), 0.7, other[index]], features: [value, 3, value > 1 ? 1 : 0])
    }
    #expect(abs(try #require(correlations.correlation(unit: 0, feature: 0)) - 1) < 1e-6)
    #expect(abs(try #require(correlations.correlation(unit: 1, feature: 0)) + 1) < 1e-6)
    let expected = Self.correlation(other.map(Double.init), feature)
    #expect(abs(try #require(correlations.correlation(unit: 3, feature: 0)) - expected) < 1e-6)
    // A constant correlates with nothing.
    #expect(correlations.correlation(unit: 2, feature: 0) == nil)
    #expect(correlations.correlation(unit: 0, feature: 1) == nil)
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    #expect(a.count == b.count)
    func centered(_ values: [Double]) -> [Double] {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.map { $0 - mean }
    }
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let (x, y) = (centered(a), centered(b))
    return product(x, y) / (product(x, x) * product(y, y)).squareRoot()
  }

  /// Parses a CSV file whose fields have no commas or quotation marks.
  static func rows(_ csv: String) throws -> [[String: String]] {
    var lines = csv.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.popLast() == "", "every row ends with a line feed")
    let columns = try #require(lines.first).split(separator: ",").map(String.init)
    return try lines.dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == columns.count, "\(line)")
      return Dictionary(uniqueKeysWithValues: zip(columns, fields))
    }
  }
}
