import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the description of the cell in a file, and of its tensors.
@Suite struct CellCheckpointTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path(of: "checkpoint.bin") }

  init() throws { folder = try TemporaryFolder() }

  private func makeCheckpoint(_ cell: RecurrentCell, _ variant: Variant = .plain) throws -> Checkpoint {
    Checkpoint(
      model: try makeModel(cell, variant, vocabulary: 9, hidden: 21, layers: 2),
      training: TrainingConfiguration(
        cell: cell, hiddenSize: 21, layerCount: 2, normalization: variant.normalization, unit: .character),
      progress: .init(step: 1, epoch: 1, validationLoss: nil), selection: .newest, startCharacter: 0)
  }

  /// Each of the gates i, f and o that the cell has gets a peephole weight for each unit.
  @Test(arguments: RecurrentCell.allCases)
  func peepholesAreInTheFile(cell: RecurrentCell) throws {
    let checkpoint = try makeCheckpoint(cell, .normalized)
    try checkpoint.write(to: path)
    let file = try SafetensorsFile(path: path)
    var shape: [Int]?
    if case .lstm(let forgetGate, peepholes: true) = cell { shape = [(forgetGate == .on ? 3 : 2) * 21] }
    for layer in 0..<2 { #expect(file.shape(of: "rnn.weight_ch_l\(layer)") == shape) }
    let parameterCount = file.names.reduce(0) { sum, name in
      name.contains("bias_hh") ? sum : sum + (file.shape(of: name) ?? []).reduce(1, *)
    }
    // The GRU that resets after the product has a second bias for its candidate.
    let ofSecondBias = cell == .gru(reset: .after) ? 2 * 21 : 0
    #expect(checkpoint.model.configuration.parameterCount == parameterCount + ofSecondBias)
  }

  /// The cell must fit the tensors.
  @Test(arguments: RecurrentCell.allCases, RecurrentCell.allCases)
  func anotherCellThanThatOfTheTensors(cell: RecurrentCell, claimed: RecurrentCell) throws {
    var checkpoint = try makeCheckpoint(cell)
    checkpoint.training.cell = claimed
    try checkpoint.write(to: path)
    let file = try SafetensorsFile(path: path)
    let wanted = checkpoint.training.modelConfiguration(vocabularySize: 9).pyTorchShapes
    guard let missing = wanted.first(where: { file.shape(of: $0.name) != $0.shape }) else {
      #expect(try Checkpoint(path: path).model.configuration.cell == claimed)
      return
    }
    let damage: CheckpointError.Damage =
      if let shape = file.shape(of: missing.name) {
        .tensorShape(shape, tensor: missing.name, expected: missing.shape)
      } else {
        .missingTensor(missing.name)
      }
    #expect(throws: CheckpointError.damaged(path: path, damage)) { try Checkpoint(path: path) }
  }
}
