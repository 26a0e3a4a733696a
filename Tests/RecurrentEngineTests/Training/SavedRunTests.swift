import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of saving and resuming a run with the library alone.
@Suite struct SavedRunTests {
  /// A cell with an optimizer.
  struct Case: Sendable, CustomTestStringConvertible {
    var cell: RecurrentCell
    var optimizer: OptimizerConfiguration.Kind
    var testDescription: String { "\(cell), \(optimizer)" }

    static let all = RecurrentCell.allCases.flatMap { cell in
      OptimizerConfiguration.Kind.allCases.map { Case(cell: cell, optimizer: $0) }
    }
  }

  private let folder: TemporaryFolder
  private let corpus: Corpus
  private let split: CorpusSplit

  init() throws {
    folder = try TemporaryFolder()
    let rhyme = String(repeating: "the rain is on the roof again\nand down the lane the rain\n", count: 8)
    corpus = try Corpus(sources: [.file(folder.write(rhyme.utf8))], unit: .character)
    split = try CorpusSplit(corpus, TrainingConfiguration(validationFraction: 0.2))
  }

  private func makeTrainer(
    _ run: Case, regularization: Regularization = Regularization(), threads: Int = 1
  ) throws -> Trainer {
    let configuration = TrainingConfiguration(
      cell: run.cell, hiddenSize: 21, layerCount: 2, batchSize: 5, chunkLength: 10,
      optimizer: OptimizerConfiguration(kind: run.optimizer, learningRate: 0.005, momentum: 0.9),
      regularization: regularization, clip: 1, validationFraction: 0.2)
    return try Trainer(corpus: corpus, split: split, configuration: configuration, threadCount: threads)
  }

  private func resume(_ name: String, threads: Int = 1) throws -> Trainer {
    try Trainer(
      resuming: SavedRun(path: folder.path(of: name)), corpus: corpus, split: split, threadCount: threads)
  }

  @discardableResult
  private func save(_ trainer: Trainer, _ name: String) throws -> [UInt8] {
    try trainer.save(to: folder.path(of: name), arguments: ["--some", "words"])
    return try folder.bytes(of: name)
  }

  /// Trains in the middle of epochs, with occasional validations and rows of the loss curve.
  private func train(_ trainer: Trainer, to step: Int) throws {
    while trainer.progress.step < step {
      #expect(try trainer.advance().isFinite)
      if trainer.progress.step % 4 == 0 { _ = try trainer.validate() }
      if trainer.progress.step % 3 == 0 { trainer.endReport() }
    }
  }

  @Test(arguments: Case.all)
  func resumingContinuesBitForBit(run: Case) throws {
    let whole = try makeTrainer(run)
    #expect(whole.stepsPerEpoch > 5 && whole.stepsPerEpoch < 11, "the run ends in its second epoch")
    try train(whole, to: 11)
    let expected = try save(whole, "whole.bin")

    var trainer = try makeTrainer(run, threads: 2)
    for (threads, step) in [(1, 1), (3, 4), (2, 6), (1, 7)] {
      try train(trainer, to: step)
      let saved = try save(trainer, "part.bin")
      trainer = try resume("part.bin", threads: threads)
      #expect(try save(trainer, "again.bin") == saved, "the resumed state equals the saved one, after step \(step)")
    }
    try train(trainer, to: 11)
    #expect(try save(trainer, "part.bin") == expected)
    #expect(trainer.progress == whole.progress && trainer.progress.best != nil)
    #expect(trainer.model.parameters.elements.map(\.bitPattern) == whole.model.parameters.elements.map(\.bitPattern))
    try trainer.selectedCheckpoint().write(to: folder.path(of: "best.bin"))
    try whole.selectedCheckpoint().write(to: folder.path(of: "whole-best.bin"))
    #expect(try folder.bytes(of: "best.bin") == folder.bytes(of: "whole-best.bin"))
  }

  @Test(arguments: Case.all)
  func contentsOfAFile(run: Case) throws {
    let trainer = try makeTrainer(run)
    try train(trainer, to: 5)
    try save(trainer, "state.bin")
    let tensors = try storedTensors(at: folder.path(of: "state.bin"))
    let parameters = trainer.model.pyTorchTensors
    let moments: [String] =
      switch run.optimizer {
      case .adam, .adamw: ["exp_avg", "exp_avg_sq"]
      case .rmsprop: ["square_avg"]
      case .sgd: ["momentum_buffer"]
      }
    let names =
      parameters.map(\.name) + moments.flatMap { moment in parameters.map { "optimizer.\(moment).\($0.name)" } }
      + (run.cell.stateCount == 2 ? ["state.h", "state.c"] : ["state.h"]) + parameters.map { "best.\($0.name)" }
    #expect(tensors.map(\.name) == names)
    for tensor in tensors {
      let parameter = parameters.first { tensor.name.hasSuffix($0.name) }
      #expect(tensor.shape == parameter?.shape ?? [2, 5, 21], "\(tensor.name)")
      #expect(tensor.values.contains { $0 != 0 } || tensor.name.contains("bias_hh"), "\(tensor.name)")
      if tensor.name.contains("_sq") || tensor.name.contains("square_avg") {
        #expect(tensor.values.allSatisfy { $0 >= 0 }, "\(tensor.name)")
      }
    }
    // The first momentum is the gradient, with PyTorch's signs.
    guard run.optimizer == .sgd else { return }
    let first = try makeTrainer(run)
    _ = try first.advance()
    try save(first, "first.bin")
    for tensor in try storedTensors(at: folder.path(of: "first.bin")) where tensor.name.hasPrefix("optimizer.") {
      let gradient = try #require(first.chunkTrainer.pyTorchGradients.first { tensor.name.hasSuffix($0.name) })
      let isOfOneSign = zip(tensor.values, gradient.elements).allSatisfy { $0 * $1 >= 0 }
      #expect(isOfOneSign && gradient.elements.count == tensor.values.count, "\(tensor.name)")
    }
  }

  @Test func theBestModelIsStoredIfItIsNotTheNewest() throws {
    let trainer = try makeTrainer(Case(cell: .rnn(), optimizer: .adam))
    func hasBest() throws -> Bool {
      try save(trainer, "state.bin")
      return try SafetensorsFile(path: folder.path(of: "state.bin")).names.contains { $0.hasPrefix("best.") }
    }
    try train(trainer, to: 3)
    #expect(try !hasBest(), "there was no validation")
    try train(trainer, to: 4)
    #expect(try trainer.progress.best?.step == 4 && !hasBest(), "the best model is the newest")
    try train(trainer, to: 5)
    #expect(try hasBest())
    let resumed = try resume("state.bin")
    #expect(resumed.selectedModel !== resumed.model)
    #expect(resumed.selectedCheckpoint().progress.step == 4)
  }

  @Test func theArgumentsComeBack() throws {
    let trainer = try makeTrainer(Case(cell: .rnn(), optimizer: .sgd))
    try train(trainer, to: 1)
    let arguments = ["--seed", "1", "two words", "", "\"\\\u{1}é한"]
    try trainer.save(to: folder.path(of: "state.bin"), arguments: arguments)
    let saved = try SavedRun(path: folder.path(of: "state.bin"))
    #expect(saved.arguments == arguments && saved.corpus == corpus.fingerprint && saved.progress == trainer.progress)
  }

  @Test func aModelWithoutTrainingStateIsReported() throws {
    let path = folder.path(of: "model.bin")
    try makeTrainer(Case(cell: .rnn(), optimizer: .sgd)).selectedCheckpoint().write(to: path)
    #expect(throws: CheckpointError.noTrainingState(path: path)) { try SavedRun(path: path) }
  }

  @Test func anotherTextIsRefused() throws {
    try save(makeTrainer(Case(cell: .rnn(), optimizer: .sgd)), "state.bin")
    let saved = try SavedRun(path: folder.path(of: "state.bin"))
    let rhyme = "the rain is on the roof again\nand down the lane the rain\n"
    // One text has other characters, the other one is longer.
    for text in ["no rain at all", String(repeating: rhyme, count: 9)] {
      let other = try Corpus(sources: [.text(text)])
      #expect(throws: CheckpointError.otherText(path: saved.path)) { try Trainer(resuming: saved, corpus: other) }
    }
    let same = try Corpus(sources: [.text(String(repeating: rhyme, count: 8))])
    let resumed = try Trainer(resuming: saved, corpus: same)
    #expect(resumed.validationCharacterCount == split.validation.count - 1)
  }

  @Test func aStateWithoutAChecksumIsRefused() throws {
    try save(makeTrainer(Case(cell: .rnn(), optimizer: .sgd)), "state.bin")
    let path = folder.path(of: "state.bin")
    let text = String(decoding: try folder.bytes(of: "state.bin"), as: Unicode.ASCII.self)
    #expect(text.contains("crc32c"))
    var bytes = try folder.bytes(of: "state.bin")
    let place = try #require(bytes.firstRange(of: Array("crc32c".utf8)))
    bytes.replaceSubrange(place, with: Array("crc00c".utf8))
    try folder.write(bytes, to: "state.bin")
    #expect(throws: CheckpointError.damaged(path: path, .missingChecksum)) { try SavedRun(path: path) }
  }

  // MARK: Invalid files

  /// Writes a state after five steps, with `pattern` in its metadata replaced by `text`, and returns its path.
  private func stateWith(_ text: String, insteadOf pattern: String) throws -> String {
    let trainer = try makeTrainer(Case(cell: .lstm(), optimizer: .adam))
    try train(trainer, to: 5)
    try save(trainer, "state.bin")
    let path = folder.path(of: "state.bin")
    try rewriteFile(at: path) { _, metadata in
      let run = try #require(metadata["run"])
      let changed = run.replacing(try Regex(pattern), with: text)
      #expect(changed != run, "\(pattern) is in \(run)")
      metadata["run"] = changed
    }
    return path
  }

  @Test(arguments: [
    (#""step":5"#, #""step":-1"#), (#""step":5"#, #""step":4"#), (#""step":5"#, #""step":9223372036854775807"#),
    (#""step":5"#, #""step":9223372036854775808"#), (#""step":5"#, #""step":"5""#), (#""step":5"#, #""step":5.5"#),
    (#""updateCount":5"#, #""updateCount":6"#), (#""updateCount":5"#, #""updateCount":-9"#),
    (#""characterCount":[0-9]+"#, #""characterCount":-1"#),
    (#""characterCount":[0-9]+"#, #""characterCount":9007199254740993"#),
    (#""rateFactor":1"#, #""rateFactor":0"#), (#""rateFactor":1"#, #""rateFactor":-1"#),
    (#""rateFactor":1"#, #""rateFactor":2"#), (#""rateFactor":1"#, #""rateFactor":1e999"#),
    (#""undoneInARow":0"#, #""undoneInARow":-1"#), (#""lossSum":[0-9.]+"#, #""lossSum":-1"#),
    (#""lossSum":[0-9.]+"#, #""lossSum":1e999"#), (#""best":\{"loss":[0-9.]+"#, #""best":{"loss":-3"#),
    (#""best":\{"loss":([0-9.]+),"step":4"#, #""best":{"loss":1,"step":6"#),
    (#""isReportDue":false"#, #""isReportDue":0"#), (#""checksum":[0-9]+"#, #""checksum":-1"#),
    (#""arguments":\["#, #""arguments":[1,"#), (#"^\{"#, "["), ("^.*$", ""), ("^.*$", "null"),
  ])
  func valuesThatCannotBeAreRefused(pattern: String, text: String) throws {
    let path = try stateWith(text, insteadOf: pattern)
    #expect(throws: CheckpointError.damaged(path: path, .metadata("run"))) { try resume("state.bin") }
  }

  @Test(arguments: [
    "optimizer.exp_avg.rnn.weight_ih_l0", "optimizer.exp_avg_sq.decoder.bias", "state.h", "state.c",
    "best.rnn.bias_hh_l1",
  ])
  func tensorsThatAreMissingOrWrong(name: String) throws {
    let trainer = try makeTrainer(Case(cell: .lstm(), optimizer: .adam))
    try train(trainer, to: 5)
    let original = try save(trainer, "state.bin")
    let path = folder.path(of: "state.bin")
    let expected = try #require(try SafetensorsFile(path: path).shape(of: name))
    try rewriteFile(at: path) { tensors, _ in tensors.removeAll { $0.name == name } }
    #expect(throws: CheckpointError.damaged(path: path, .missingTensor(name))) { try resume("state.bin") }
    for shape in [[0], [1], [5, 2, 21], [1 << 20, 0]] {
      try folder.write(original, to: "state.bin")
      try rewriteFile(at: path) { tensors, _ in
        for index in tensors.indices where tensors[index].name == name {
          tensors[index].shape = shape
          tensors[index].values = [Float](repeating: 0, count: shape.reduce(1, *))
        }
      }
      let damage = CheckpointError.Damage.tensorShape(shape, tensor: name, expected: expected)
      #expect(throws: CheckpointError.damaged(path: path, damage)) { try resume("state.bin") }
    }
  }

  @Test(arguments: ["optimizer.exp_avg.rnn.weight_ih_l0", "best.decoder.weight"])
  func nonFiniteStateIsRefused(name: String) throws {
    let trainer = try makeTrainer(Case(cell: .lstm(), optimizer: .adam))
    try train(trainer, to: 5)
    try save(trainer, "state.bin")
    let path = folder.path(of: "state.bin")
    try rewriteFile(at: path) { tensors, _ in
      for index in tensors.indices where tensors[index].name == name { tensors[index].values[1] = .infinity }
    }
    #expect(throws: CheckpointError.damaged(path: path, .notFinite(tensor: name))) { try resume("state.bin") }
  }

  @Test func nonFiniteStepsAreSkipped() throws {
    let trainer = try makeTrainer(Case(cell: .lstm(), optimizer: .adam))
    try train(trainer, to: 5)
    try save(trainer, "state.bin")
    let resumed = try resume("state.bin")
    resumed.chunkTrainer.workspace.layers[0].hidden[0] = .nan
    let before = resumed.model.parameters.elements.map(\.bitPattern)
    let progress = resumed.progress
    #expect(try !resumed.advance().isFinite)
    #expect(resumed.model.parameters.elements.map(\.bitPattern) == before)
    #expect(resumed.progress.step == 6 && resumed.progress.updateCount == 5)
    #expect(resumed.progress.undoneInARow == 1 && resumed.progress.rateFactor == 0.5)
    #expect(resumed.progress.interval == progress.interval && resumed.learningRate == 0.0025)
    // A second failed step restores the best weights and a zero state, and the next one uses the halved learning rate.
    let best = try #require(resumed.bestModel).parameters.elements.map(\.bitPattern)
    #expect(try !resumed.advance().isFinite && resumed.hasRestarted && resumed.progress.restartCount == 1)
    #expect(resumed.model.parameters.elements.map(\.bitPattern) == best && best != before)
    #expect(try resumed.advance().isFinite)
    #expect(resumed.progress.undoneInARow == 0 && resumed.progress.updateCount == 1 && resumed.hasFiniteParameters)
  }

  /// An undone step has used its dropout masks: a run that resumes after it must not draw them again.
  @Test func masksOfAnUndoneStepAreNotReused() throws {
    let everything = Regularization(dropout: 0.3, inputDropout: 0.1, recurrentDropout: 0.2, stateReset: 0.3)
    let whole = try makeTrainer(Case(cell: .lstm(), optimizer: .adam), regularization: everything)
    try train(whole, to: 5)
    whole.chunkTrainer.workspace.layers[0].hidden.fill(with: .nan)
    #expect(try !whole.advance().isFinite)
    // Each epoch starts from a zero state.
    while whole.progress.step % whole.stepsPerEpoch != 0 { try whole.advance() }
    try save(whole, "state.bin")
    let resumed = try resume("state.bin")
    let end = whole.progress.step + 4
    for trainer in [whole, resumed] { try train(trainer, to: end) }
    #expect(try save(resumed, "resumed.bin") == save(whole, "whole.bin"))
  }
}
