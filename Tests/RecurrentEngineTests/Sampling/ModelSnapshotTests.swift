import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import TextCorpus

@Suite struct ModelSnapshotTests {
  private static let vocabularySize = 30

  @Sendable private static func text(_ number: Int, _ model: LanguageModel) -> [[Int32]] {
    let generator = TextGenerator(
      model, batchSize: 2, prompt: [3, 1], options: SamplingOptions(repetitionPenalty: 1.1), seed: UInt64(number),
      threadCount: number % 3 + 1)
    let texts = (0..<60).map { _ in generator.advance() }
    let sampler = Sampler(model)
    var random = RandomGenerator(seed: UInt64(number))
    sampler.read(2)
    return texts + [(0..<60).map { _ in sampler.advance(using: &random) }]
  }

  /// Tasks sample from one snapshot in parallel while its model is trained.
  @Test(arguments: [Variant.plain, .normalizedTied])
  func tasksShareASnapshot(variant: Variant) async throws {
    let model = try makeModel(.lstm(), variant, vocabulary: Self.vocabularySize, hidden: 40, layers: 2)
    let snapshot = model.snapshot()
    let alone = (0..<16).map { Self.text($0, snapshot.model) }
    #expect(Set(alone).count == alone.count)
    let trainer = ChunkTrainer(
      model, optimizer: OptimizerConfiguration(learningRate: 0.1), clip: nil, batchSize: 4, chunkLength: 10,
      threadCount: 2)
    var random = RandomGenerator(seed: 4)
    let chunk = makeChunk(steps: 10, batch: 4, vocabulary: Self.vocabularySize, random: &random)
    let together = await withTaskGroup(of: (Int, [[Int32]]).self) { group in
      for number in alone.indices { group.addTask { (number, Self.text(number, snapshot.model)) } }
      for _ in 0..<20 { _ = trainer.update(chunk) }
      return await group.reduce(into: [Int: [[Int32]]]()) { $0[$1.0] = $1.1 }
    }
    for number in alone.indices { #expect(together[number] == alone[number], "text \(number)") }
    #expect(Self.text(0, model) != alone[0], "the model has learned")
  }

  @Test func snapshotsAreNotTrained() async throws {
    let model = try makeModel(.gru(), vocabulary: 5, hidden: 4, layers: 1)
    #expect(model.isTrainable && !model.snapshot().model.isTrainable)
    #expect(LanguageModel(copying: model.snapshot().model).isTrainable)
    await #expect(processExitsWith: .failure) {
      let model = try makeModel(.gru(), vocabulary: 5, hidden: 4, layers: 1).snapshot().model
      _ = ChunkTrainer(
        model, optimizer: OptimizerConfiguration(), clip: nil, batchSize: 1, chunkLength: 1, threadCount: 1)
    }
  }
}
