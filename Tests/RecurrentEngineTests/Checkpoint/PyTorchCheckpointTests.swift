import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of checkpoints that PyTorch wrote, without a checksum. The script in `Recordings` made them.
@Suite struct PyTorchCheckpointTests {
  private struct Recording: Decodable {
    var text: String
    /// The losses in nats per character, by the names of the cells.
    var losses: [String: Double]
  }

  @Test(arguments: ["lstm", "gru-reset-after", "rnn", "gru-embedding", "lstm-tied", "rnn-relu"])
  func lossIsThatOfPyTorch(name: String) throws {
    let recordings = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Recordings")
    let recording = try JSONDecoder().decode(
      Recording.self, from: Data(contentsOf: recordings.appending(path: "pytorch-losses.json")))
    let checkpoint = try Checkpoint(path: recordings.appending(path: "pytorch-\(name).bin").path)

    let folder = try TemporaryFolder()
    let corpus = try Corpus(sources: [.file(folder.write(recording.text.utf8))], unit: .character)
    #expect(checkpoint.model.vocabulary == corpus.vocabulary)
    #expect(checkpoint.startCharacter == corpus.startCharacter)
    #expect(checkpoint.selection == .newest)
    let evaluation = Evaluation(
      checkpoint.model.configuration, corpus: corpus, range: 0..<corpus.characterCount)
    let loss = try #require(try evaluation.loss(of: checkpoint.model, threadCount: 1))
    #expect(abs(loss - (try #require(recording.losses[name]))) < 1e-5)
  }
}
