import CommandLineSupport
import Foundation
import Testing

/// Tests of the description that `lstm-inspect` prints of a checkpoint.
struct InspectTests {
  @Test func everyFigureOfACheckpoint() throws {
    let folder = try WorkFolder()
    try folder.train("--cell", "gru", "--gru-reset", "after")
    let inspection = try Self.inspection(in: folder)
    #expect(inspection["format_version"] as? Int == 1)
    #expect(inspection["weights"] as? String == "float32")
    #expect(inspection["byte_count"] as? Int == (try folder.bytes(of: "checkpoint.bin").count))
    #expect(inspection["can_resume"] as? Bool == false)

    let model = try #require(inspection["model"] as? [String: Any])
    #expect(model["cell"] as? String == "gru-reset-after")
    // 13 characters and 8 units: three gates of x, h and a bias, one more bias, and the output layer.
    #expect(model["parameter_count"] as? Int == 3 * 8 * (13 + 8 + 1) + 8 + 13 * 9)

    let vocabulary = try #require(inspection["vocabulary"] as? [String: Any])
    #expect(vocabulary["entries"] as? [String] == Set(TinyTraining.text).map(String.init).sorted())

    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    let best = try #require(curve.rows.last { $0["event"] == "best" })
    let reached = try #require(inspection["reached"] as? [String: Any])
    #expect(reached["step"] as? Int == best["step"].flatMap { Int($0) })
    for (key, column) in [("validation_loss", "val_loss"), ("validation_bits", "val_bpc")] {
      let value = try #require(reached[key] as? Double)
      #expect(abs(value - (try #require(best[column].flatMap(Double.init)))) < 1e-6)
    }

    let memory = try #require(inspection["memory"] as? [String: Int])
    #expect(try #require(memory["sampling"]) > 4 * 701)
    #expect(try #require(memory["training"]) > 24 * 701)
  }

  @Test func tensorsAreThoseOfTheFile() throws {
    let folder = try WorkFolder()
    try folder.train("--cell", "rnn")
    let tensors = try #require(try Self.inspection(in: folder)["tensors"] as? [[String: Any]])
    #expect(
      tensors.compactMap { $0["name"] as? String } == [
        "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0", "decoder.weight", "decoder.bias",
      ])
    let bytes = try folder.bytes(of: "checkpoint.bin")
    let headerCount = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
      JSONSerialization.jsonObject(with: bytes.dropFirst(8).prefix(headerCount)) as? [String: Any])
    for tensor in tensors {
      let name = try #require(tensor["name"] as? String)
      let entry = try #require(header[name] as? [String: Any])
      let offsets = try #require(entry["data_offsets"] as? [Int])
      #expect(tensor["shape"] as? [Int] == entry["shape"] as? [Int])
      let data = bytes.dropFirst(8 + headerCount)
      let values = Array(data.dropFirst(offsets[0]).prefix(offsets[1] - offsets[0])).withUnsafeBytes {
        Array($0.bindMemory(to: Float.self)).map(Double.init)
      }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect(tensor["count"] as? Int == values.count)
      let expected = [
        "mean": mean, "standard_deviation": variance.squareRoot(), "minimum": values.min(), "maximum": values.max(),
      ]
      for (key, value) in expected {
        #expect(abs(try #require(tensor[key] as? Double) - (try #require(value))) < 1e-9, "\(name) \(key)")
      }
    }
  }

  /// The options in a checkpoint describe the same computation as those of its run.
  @Test(arguments: [
    [], ["--cell", "gru"], ["--cell", "gru", "--gru-reset", "after", "--optimizer", "rmsprop"],
    ["--cell", "rnn", "--optimizer", "sgd", "--momentum", "0.85", "--clip", "0"],
    [
      "--forget-bias", "0.1", "--unit", "byte", "--beta1", "0.8", "--epsilon", "1e-7", "--seed", "18446744073709551615",
    ],
    ["--unit", "grapheme", "--invalid", "replace", "--val-fraction", "0.15", "--layers", "2"],
    ["--dropout", "0.2"], ["--dropout", "0.1", "--dropout-mask", "sequence"],
    ["--input-dropout", "0.1", "--recurrent-dropout", "0.15", "--state-reset", "0.25", "--label-smoothing", "0.05"],
    ["--temporal-regularization", "0.25"],
    ["--init", "identity", "--embedding", "8", "--tie"], ["--embedding", "3", "--layer-norm"],
    ["--forget-gate", "coupled"], ["--forget-gate", "off", "--layers", "2"],
    ["--peepholes"], ["--peepholes", "--forget-gate", "coupled", "--layer-norm"],
    ["--cell", "rnn", "--activation", "relu"],
    ["--layers", "2", "--connection", "highway"], ["--layers", "2", "--connection", "leaky", "--leak", "0.1"],
  ])
  func argumentsRepeatTheRun(options: [String]) throws {
    let folder = try WorkFolder()
    #expect(try folder.train(options).status == 0)
    let arguments = try #require(try Self.inspection(in: folder)["arguments"] as? [String])
    let outcome = try folder.run(
      .train, arguments + ["--epochs", "3", "--checkpoint", "again.bin", "--log", "again.csv", "text.txt"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try folder.bytes(of: "again.bin") == folder.bytes(of: "checkpoint.bin"))
  }

  @Test func peopleReadTheSame() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text + "Ab\u{301}\t\u{3000}0123456789é\n", to: "text.txt")
    try folder.train()
    let outcome = try folder.run(.inspect, ["checkpoint.bin"])
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    // The command with its backslashes, for every line width.
    let text = outcome.output.split { $0.isWhitespace }.filter { $0 != "\\" }.joined(separator: " ")
    #expect(
      text.contains(
        "vocabulary 29 characters: \\t \\n space 0–9 A a b d e h i n o r s t w é U+0301 U+3000 reached step"),
      "\(outcome.output)")
    #expect(text.contains("model LSTM, 1 layer of 8 units, "))
    #expect(text.contains("repeat by lstm-train --cell lstm --hidden 8 --layers 1 --forget-gate on --embedding 0 "))
    // 29 characters: four gates of x, h and a bias, and the output layer.
    #expect(text.contains("\(NumberText.grouped(4 * 8 * (29 + 8 + 1) + 29 * 9)) of them are learned; "))
    for label in ["file", "model", "training", "vocabulary", "reached", "resuming", "memory", "repeat by", "tensor"] {
      #expect(outcome.output.split(separator: "\n").contains { $0.hasPrefix(label + " ") }, "\(label)")
    }
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(arguments: [("residual", 0), ("highway", 1), ("gated", 2)])
  func connectionsAreToldAndCounted(name: String, gateCount: Int) throws {
    let folder = try WorkFolder()
    try folder.train("--layers", "3", "--connection", name).expectSuccess()
    let text = try folder.run(.inspect, ["checkpoint.bin"]).output.split { $0.isWhitespace }.joined(separator: " ")
    // 13 characters and 8 units: four gates of x, h and a bias in each layer, and the output layer.
    let count = 4 * 8 * (13 + 8 + 1) + 2 * 4 * 8 * (8 + 8 + 1) + 2 * gateCount * 8 * 9 + 13 * 9
    #expect(
      text.contains("3 layers of 8 units, \(name) connections, \(NumberText.grouped(count)) parameters"), "\(text)")
    #expect(text.contains("connection.weight_l2 \(8 * gateCount) × 8 ") == (gateCount > 0))
    let configuration = try #require(try Self.inspection(in: folder)["configuration"] as? [String: Any])
    #expect((configuration["connection"] as? [String: Any])?["kind"] as? String == name)
  }

  @Test func bytesOfAModel() throws {
    let folder = try WorkFolder()
    try folder.write(Data((0..<1200).map { UInt8(truncatingIfNeeded: 0xF0 + $0 % 7) }), to: "text.txt")
    try folder.train("--unit", "byte")
    let vocabulary = try #require(try Self.inspection(in: folder)["vocabulary"] as? [String: Any])
    #expect(vocabulary["entries"] as? [Int] == Array(0xF0...0xF6))
    #expect(try folder.run(.inspect, ["checkpoint.bin"]).output.contains("7 bytes: 0xF0–0xF6\n"))
  }

  @Test func withoutValidation() throws {
    let folder = try WorkFolder()
    try folder.train("--val-fraction", "0")
    let inspection = try Self.inspection(in: folder)
    #expect(inspection["selected"] as? String == "newest")
    #expect((inspection["reached"] as? [String: Any])?.keys.contains("validation_loss") == false)
    let words = try folder.run(.inspect, ["checkpoint.bin"]).output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains("(the newest model: there was no validation set)"))
  }

  /// Impossible sizes are reported as damage.
  @Test func aForgedFile() throws {
    let folder = try WorkFolder()
    try folder.train("--batch-size", "4")
    var bytes = try folder.bytes(of: "checkpoint.bin")
    for (text, forged) in [("batchSize\\\":4,", "batchSize\\\":0,"), ("crc32c", "crc32x")] {
      bytes.replaceSubrange(try #require(bytes.range(of: Data(text.utf8))), with: Data(forged.utf8))
    }
    try folder.write(bytes, to: "checkpoint.bin")
    try folder.run(.inspect, ["checkpoint.bin"]).expect(
      status: 65,
      error: "lstm-inspect: checkpoint.bin: damaged (its 'configuration' is missing or invalid); "
        + "use another copy or an earlier checkpoint\n")
  }

  @Test func wrongInput() throws {
    let folder = try WorkFolder()
    try folder.write("", to: "empty.bin")
    for operands in [[], [""], ["one.bin", "two.bin"]] {
      try folder.run(.inspect, operands).expect(
        status: 64,
        error: "lstm-inspect: give one checkpoint that lstm-train wrote, or loss curves with --curve\n")
    }
    try folder.run(.inspect, ["missing.bin"]).expect(
      status: 66,
      error: "lstm-inspect: missing.bin: cannot open (No such file or directory); check the path\n")
    try folder.run(.inspect, ["empty.bin"]).expect(
      status: 65,
      error: "lstm-inspect: empty.bin: not a checkpoint (0 bytes are too short for one); "
        + "give a file that lstm-train wrote\n")
    for (option, tasks) in [
      ("--log-x", "--curve or --columns; add one of them"),
      ("--log-y", "--curve or --columns; add one of them"), ("--x=epoch", "--curve; add that"),
      ("--output=a.svg", "--curve, --columns, --gradient-flow or --activations; add one of them"),
      ("--lags=3", "--gradient-flow; add that"),
      ("--positions=3", "--gradient-flow; add that"), ("--plot=a.svg", "--gradient-flow; add that"),
      ("--threads=1", "--gradient-flow; add that"), ("--units=0:1", "--activations; add that"),
      ("--length=3", "--activations; add that"), ("--page=a.html", "--activations; add that"),
      ("--histograms=a.csv", "--activations; add that"), ("--force-gate=forget=0", "--activations; add that"),
    ] {
      let name = option.prefix { $0 != "=" }
      try folder.run(.inspect, [option, "checkpoint.bin"]).expect(
        status: 64, error: "lstm-inspect: \(name) is for \(tasks)\n")
    }
  }

  static func inspection(in folder: WorkFolder) throws -> [String: Any] {
    let outcome = try folder.run(.inspect, ["--json", "checkpoint.bin"])
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    return try #require(try JSONSerialization.jsonObject(with: outcome.outputBytes) as? [String: Any])
  }
}
