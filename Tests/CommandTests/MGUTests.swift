import Foundation
import ReferenceModel
import Testing

/// Tests of the minimal gated unit: two steps against numbers computed by hand, and all tools.
struct MGUTests {
  // Rows of f and ĥ for two units; columns of the characters a and b, or of the units of h′.
  private static let inputWeights: [Double] = [0.7, -0.2, 0.1, 0.4, -0.5, 0.6, 0.3, 0.8]
  private static let recurrentWeights: [Double] = [0.2, -0.3, 0.5, 0.1, -0.4, 0.6, 0.7, -0.1]
  private static let biases: [[Double]] = [[0.05, -0.15, 0.25, 0.35], [0.2, 0.3, -0.1, -0.25]]
  private static let decoder: [Double] = [1.5, -0.5, -1, 2, 0.1, -0.2]

  /// f, ĥ and h of both units after each character of "ab", from a zero state.
  ///
  /// Computed in Python from the equations, one unit at a time, with
  ///
  ///     f[k] = σ(W[k][x] + U[k][0] * h[0] + U[k][1] * h[1] + b[k])
  ///     ĥ[k] = tanh(W[2+k][x] + U[2+k][0] * f[0] * h[0] + U[2+k][1] * f[1] * h[1] + b[2+k])
  ///     h[k] = (1 - f[k]) * h[k] + f[k] * ĥ[k]
  private static let expected = [
    (f: [0.721115178, 0.562176501], ĥ: [-0.336375544, 0.379948962], h: [-0.242565511, 0.213598378]),
    (f: [0.484356953, 0.610657561], ĥ: [0.704035037, 0.666664274], h: [0.215927047, 0.490266493]),
  ]
  /// The loss of b after a, in nats: the cross-entropy of the softmax of the decoder's logits.
  private static let loss = 0.358746372

  @Test func referenceMatchesStepsByHand() throws {
    let tensors: PyTorchTensors = [
      "rnn.weight_ih_l0": ([4, 2], Self.inputWeights), "rnn.weight_hh_l0": ([4, 2], Self.recurrentWeights),
      "rnn.bias_ih_l0": ([4], Self.biases[0]), "rnn.bias_hh_l0": ([4], Self.biases[1]),
      "decoder.weight": ([2, 2], Array(Self.decoder[..<4])), "decoder.bias": ([2], Array(Self.decoder[4...])),
    ]
    let cell = try ReferenceLanguageModel<MGUCell>(pyTorchTensors: tensors).layers[0]
    var state = cell.zeroState
    for (character, expected) in Self.expected.enumerated() {
      state = cell.forward(.character(character), state).state
      for (found, value) in zip(state.h.values, expected.h) { #expect(abs(found - value) < 1e-8) }
    }
  }

  /// All tools agree with the steps by hand on a checkpoint with these weights, written by the test. This checks the
  /// order of the gates, the signs and both biases in the file.
  @Test func toolsMatchStepsByHand() throws {
    let folder = try WorkFolder()
    try folder.write(String(repeating: "ab", count: 100), to: "text.txt")
    try folder.train("--cell", "mgu", "--hidden", "2", "--steps", "0").expectSuccess()
    var bytes = try folder.bytes(of: "checkpoint.bin")
    // A checkpoint without training state may lack its checksum.
    let checksum = try #require(bytes.firstRange(of: Data("crc32c".utf8)))
    bytes.replaceSubrange(checksum, with: Data("crc32C".utf8))
    let numbers = Self.inputWeights + Self.recurrentWeights + Self.biases.flatMap { $0 } + Self.decoder
    let data = numbers.flatMap { withUnsafeBytes(of: Float($0).bitPattern.littleEndian, Array.init) }
    let headerCount = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(bytes.count == 8 + headerCount + data.count)
    bytes.replaceSubrange((8 + headerCount)..., with: data)
    try folder.write(bytes, to: "checkpoint.bin")

    try folder.run(
      .inspect,
      ["--activations", "text.txt", "--length", "2", "--units", "0:0,0:1", "--output", "a.csv", "checkpoint.bin"]
    ).expectSuccess()
    let rows = try ActivationTests.rows(folder.text(of: "a.csv"))
    #expect(rows.count == 4)
    for (index, row) in rows.enumerated() {
      let (expected, unit) = (Self.expected[index / 2], index % 2)
      for (column, value) in [("update", expected.f), ("candidate", expected.ĥ), ("h", expected.h)] {
        let found = try #require(row[column].flatMap(Double.init))
        #expect(abs(found - value[unit]) < 2e-6, "\(column) of unit \(unit) after character \(index / 2)")
      }
      if index >= 2 { #expect(abs(try #require(row["nats"].flatMap(Double.init)) - Self.loss) < 2e-6) }
    }
  }

  @Test func everyToolTakesAnMGU() throws {
    let options = ["--cell", "mgu", "--layers", "2", "--layer-norm", "--hidden", "21", "--dropout", "0.1"]
    let (whole, pieces) = (try WorkFolder(), try WorkFolder())
    try whole.train(options).expectSuccess()
    try pieces.train(options + ["--stop-after", "20"]).expectSuccess()
    try pieces.run(.train, ["--resume", "checkpoint.last.bin", "--threads", "2", "text.txt"]).expectSuccess()
    for file in ["checkpoint.bin", "checkpoint.last.bin"] {
      #expect(try pieces.bytes(of: file) == whole.bytes(of: file), "\(file)")
    }

    #expect(try whole.run(.sample, ["--length", "50", "checkpoint.bin"]).expectSuccess().output.count >= 50)
    let scored = try whole.scores(["text.txt"]).total.natsPerCharacter
    #expect(scored < log(13.0))
    let inspection = try whole.run(.inspect, ["checkpoint.bin"]).expectSuccess().output
    #expect(inspection.contains("mgu"))
    try whole.run(.inspect, ["--gradient-flow", "text.txt", "checkpoint.bin"]).expectSuccess()
  }

  /// With f = 0 the state keeps its initial value, zero.
  @Test func gateIsAnUpdateGate() throws {
    let folder = try WorkFolder()
    try folder.train("--cell", "mgu").expectSuccess()
    let arguments = ["--activations", "text.txt", "--length", "100", "--units", "0:3", "--output", "a.csv"]
    try folder.run(.inspect, arguments + ["--force-gate", "update=0", "checkpoint.bin"]).expectSuccess()
    for row in try ActivationTests.rows(folder.text(of: "a.csv")) {
      #expect(try abs(#require(row["h"].flatMap(Double.init))) < 1e-6)
    }
    try folder.run(.inspect, ["--activations", "text.txt", "--force-gate", "forget=1", "checkpoint.bin"]).expect(
      status: 64, error: "lstm-inspect: --force-gate forget=1: MGU has no forget gate; give update\n")
  }
}
