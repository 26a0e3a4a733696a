import Foundation
import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of training against PyTorch: with the same initial weights and text, every step has the same loss.
@Suite struct PyTorchTrajectoryTests {
  @Test(arguments: Recording.cells, availableKernels)
  func everyLossIsPyTorchs(cell: RecurrentCell, kernels: KernelSet) throws {
    let recording = try Recording()
    let runs = recording.runs.filter { $0.cell == cell }
    #expect(Set(runs.map(\.optimizer.kind)) == Set(OptimizerConfiguration.Kind.allCases))
    for run in runs {
      let (trainer, streams) = try recording.makeTrainer(run, kernels: kernels)
      try #require(run.losses.count > streams.chunksPerEpoch, "a state is to be reset, too")
      var chunk = Chunk()
      for (step, loss) in run.losses.enumerated() {
        try streams.next(into: &chunk)
        let update = trainer.update(chunk)
        let difference = update.lossSum / Double(update.countedCharacters) - loss
        guard abs(difference) < 1e-5 else {
          Issue.record("\(run.optimizer.kind), clip \(run.clip ?? 0), step \(step): \(difference) nats off")
          break
        }
      }
    }
  }

  @Test(arguments: Recording.cells, availableKernels)
  func firstGradientsArePyTorchs(cell: RecurrentCell, kernels: KernelSet) throws {
    let recording = try Recording()
    let run = try #require(recording.runs.first { $0.cell == cell })
    let (trainer, streams) = try recording.makeTrainer(run, kernels: kernels)
    var chunk = Chunk()
    try streams.next(into: &chunk)
    _ = trainer.update(chunk)
    for (name, _, gradient) in trainer.pyTorchGradients {
      let expected = try recording.tensor("\(cell.name).gradient.\(name)")
      try #require(gradient.count == expected.count)
      let largest = expected.reduce(0) { max($0, abs($1)) }
      let difference = zip(gradient, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(difference <= 1e-5 * largest, "\(name)")
    }
  }
}

/// The output of `record-from-pytorch.py`.
private struct Recording {
  struct Run: Decodable {
    var cell: RecurrentCell
    var optimizer: OptimizerConfiguration
    var clip: Double?
    /// The loss of every step, in nats per character.
    var losses: [Double]
  }

  private struct Contents: Decodable {
    var hiddenSize: Int
    var layerCount: Int
    var batchSize: Int
    var chunkLength: Int
    var text: String
    var runs: [Run]
  }

  /// PyTorch has no GRU that applies the reset gate before the matrix product.
  static let cells: [RecurrentCell] = [.lstm(), .gru(reset: .after), .rnn()]

  var runs: [Run] { contents.runs }
  private let contents: Contents
  private let tensors: [String: [Float]]
  private let corpus: Corpus
  private let folder: TemporaryFolder

  init() throws {
    let recordings = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Recordings")
    contents = try JSONDecoder().decode(
      Contents.self, from: Data(contentsOf: recordings.appending(path: "pytorch-runs.json")))
    let file = try SafetensorsFile(path: recordings.appending(path: "pytorch-tensors.safetensors").path)
    var tensors: [String: [Float]] = [:]
    for name in file.names { tensors[name] = try file.tensor(named: name) }
    self.tensors = tensors
    folder = try TemporaryFolder()
    corpus = try Corpus(sources: [.file(folder.write(contents.text.utf8))], unit: .character)
  }

  func tensor(_ name: String) throws -> [Float] { try #require(tensors[name], "there is no \(name)") }

  /// Returns a trainer at the start of a run, with its corpus.
  func makeTrainer(_ run: Run, kernels: KernelSet) throws -> (ChunkTrainer, TrainingStreams) {
    let model = try LanguageModel(
      ModelConfiguration(
        cell: run.cell, vocabularySize: corpus.vocabulary.count, hiddenSize: contents.hiddenSize,
        layerCount: contents.layerCount),
      vocabulary: corpus.vocabulary, kernels: kernels)
    var start: [String: [Float]] = [:]
    for (name, _, _) in model.pyTorchTensors { start[name] = try tensor("\(run.cell.name).start.\(name)") }
    model.setParameters(pyTorchTensors: start)
    let trainer = ChunkTrainer(
      model, optimizer: run.optimizer, clip: run.clip, batchSize: contents.batchSize,
      chunkLength: contents.chunkLength, threadCount: 2)
    let streams = try TrainingStreams(
      corpus: corpus, range: 0..<corpus.characterCount, batchSize: contents.batchSize,
      chunkLength: contents.chunkLength)
    return (trainer, streams)
  }
}
