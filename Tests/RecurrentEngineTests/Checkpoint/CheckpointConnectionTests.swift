import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the connections between layers in a file.
extension CheckpointTests {
  @Test(arguments: RecurrentCell.allCases)
  func gatesBetweenLayersAreStoredOneAfterTheOther(cell: RecurrentCell) throws {
    for (connection, gateCount) in [(Connection.residual, 0), (.leaky(0.25), 0), (.highway, 1), (.gated, 2)] {
      let checkpoint = try makeCheckpoint(cell, Variant(connection: connection))
      try checkpoint.write(to: path)
      let file = try SafetensorsFile(path: path)
      #expect(file.names.filter { $0.hasPrefix("connection.") }.count == (gateCount > 0 ? 2 : 0))
      #expect(file.shape(of: "connection.weight_l1") == (gateCount > 0 ? [gateCount * 21, 21] : nil))
      #expect(file.shape(of: "connection.bias_l1") == (gateCount > 0 ? [gateCount * 21] : nil))
      let isSecondBias = { (name: String) in name.contains("bias_hh") }
      let count = file.names.filter { !isSecondBias($0) }.reduce(0) { $0 + (file.shape(of: $1) ?? []).reduce(1, *) }
      let ofCandidate = cell == .gru(reset: .after) ? 2 * 21 : 0
      #expect(checkpoint.model.configuration.parameterCount == count + ofCandidate)
      #expect(try Checkpoint(path: path).model.configuration.connection == connection)
      guard gateCount > 0 else { continue }
      let weights = try file.tensor(named: "connection.weight_l1") as [Float]
      let matrix = try #require(checkpoint.model.layout.connections[1]).weight
      for (index, value) in weights.enumerated() {
        let (row, column) = index.quotientAndRemainder(dividingBy: 21)
        let place = matrix.index(row: column, gate: row / 21, unit: row % 21)
        #expect(checkpoint.model.parameters.elements[place] == value)
      }
    }
  }

  /// Invalid connections in a file are refused.
  @Test func connectionsThatNoModelHas() throws {
    try makeCheckpoint(.rnn(), .leaky).write(to: path)
    let original = try folder.bytes(of: "checkpoint.bin")
    for text in [
      #"{"kind":"leaky"}"#, #"{"kind":"leaky","leak":0}"#, #"{"kind":"leaky","leak":-0.5}"#,
      #"{"kind":"leaky","leak":1.5}"#, #"{"kind":"leaky","leak":1e999}"#, #"{"kind":"leaky","leak":"0.3"}"#,
      #"{"kind":"leaky","leak":null}"#, #"{"kind":"dense"}"#, #"{"leak":0.3}"#, "{}", "[]", #""leaky""#, "0",
    ] {
      try folder.write(original, to: "checkpoint.bin")
      try rewrite { _, metadata in
        metadata["configuration"] = metadata["configuration"]?.replacing(#"{"kind":"leaky","leak":0.3}"#, with: text)
      }
      #expect(throws: CheckpointError.damaged(path: path, .metadata("configuration")), "\(text)") {
        try Checkpoint(path: path)
      }
    }
    // A member of another connection is ignored.
    try folder.write(original, to: "checkpoint.bin")
    try rewrite { _, metadata in
      metadata["configuration"] = metadata["configuration"]?
        .replacing(#"{"kind":"leaky","leak":0.3}"#, with: #"{"kind":"residual","leak":9}"#)
    }
    #expect(try Checkpoint(path: path).training.connection == .residual)
  }

  @Test func gatesThatAreNotInTheFile() throws {
    var checkpoint = try makeCheckpoint(.gru(), .gated)
    checkpoint.training.connection = .highway
    try checkpoint.write(to: path)
    let error = CheckpointError.Damage.tensorShape([42, 21], tensor: "connection.weight_l1", expected: [21, 21])
    #expect(throws: CheckpointError.damaged(path: path, error)) { try Checkpoint(path: path) }
    var plain = try makeCheckpoint(.lstm())
    for connection in [Connection.highway, .gated] {
      plain.training.connection = connection
      try plain.write(to: path)
      #expect(throws: CheckpointError.damaged(path: path, .missingTensor("connection.weight_l1"))) {
        try Checkpoint(path: path)
      }
    }
    // A model of one layer has no connections.
    try makeCheckpoint(.rnn(), .gated).write(to: path)
    try rewrite { tensors, metadata in
      metadata["configuration"] = metadata["configuration"]?.replacing(#""layerCount":2"#, with: #""layerCount":1"#)
      tensors.removeAll { $0.name.hasSuffix("_l1") }
    }
    #expect(try Checkpoint(path: path).model.configuration.parameterCount == 21 * (9 + 21 + 1) + 9 * 22)
  }
}
