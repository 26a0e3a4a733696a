import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct TrainingStreamsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// IDs equal indices, so a target is the index of its character in the text.
  @Test(arguments: [2, 3, 10, 17, 64, 101, 130], [1, 2, 3, 7, 16, 100])
  func everyCharacterWithAPredecessorIsPredictedOnceAnEpoch(count: Int, batchSize: Int) throws {
    let corpus = try Corpus.ascending(count: count + 5, in: folder)
    let range = 3..<count + 3
    guard count > batchSize else {
      #expect(throws: CorpusError.tooShort(characterCount: count, streamCount: batchSize)) {
        try TrainingStreams(corpus: corpus, range: range, batchSize: batchSize, chunkLength: 4)
      }
      return
    }
    let starts = (0..<batchSize).map { 3 + $0 * count / batchSize }
    for chunkLength in [1, 2, 3, 5, 8, 50, 1_000, Int.max] {
      let streams = try TrainingStreams(corpus: corpus, range: range, batchSize: batchSize, chunkLength: chunkLength)
      #expect(streams.charactersPerEpoch == count - batchSize)
      var chunk = Chunk()
      for epoch in 0..<2 {
        var predicted: [Int32] = []
        var next = starts.map(Int32.init)
        for index in 0..<streams.chunksPerEpoch {
          #expect(streams.position == .init(epoch: epoch, chunk: index))
          try streams.next(into: &chunk)
          #expect(chunk.isFirstOfEpoch == (index == 0))
          #expect(chunk.batchSize == batchSize && (1...chunkLength).contains(chunk.stepCount))
          #expect(chunk.inputs.count == chunk.stepCount * batchSize)
          #expect(chunk.targets.count == chunk.inputs.count)
          #expect(chunk.countedCharacters == chunk.targets.count { $0 >= 0 })
          for (place, (input, target)) in zip(chunk.inputs, chunk.targets).enumerated() {
            guard target != -1 else {
              #expect(input == 0)
              continue
            }
            #expect(input == next[place % batchSize] && target == input + 1)
            next[place % batchSize] = target
            predicted.append(target)
          }
        }
        let expected = range.filter { !starts.contains($0) }.map(Int32.init)
        #expect(predicted.sorted() == expected)
      }
      #expect(streams.position == .init(epoch: 2, chunk: 0))
    }
  }

  @Test(arguments: [(50, 4, 3), (50, 7, 7), (33, 1, 5), (64, 8, 7), (65, 8, 4)])
  func resumingAtAnyPositionGivesTheSameChunks(count: Int, batchSize: Int, chunkLength: Int) throws {
    let corpus = try Corpus.ascending(count: count, in: folder)
    try expectSameChunksWhenResuming {
      try TrainingStreams(corpus: corpus, range: 0..<count, batchSize: batchSize, chunkLength: chunkLength)
    }
  }

  @Test func impossiblePositionIsRefused() throws {
    let corpus = try Corpus.ascending(count: 20, in: folder)
    let streams = try TrainingStreams(corpus: corpus, range: 0..<20, batchSize: 2, chunkLength: 3)
    try #require(streams.chunksPerEpoch == 3)
    #expect(streams.seek(to: .init(epoch: 5, chunk: 2)))
    for (epoch, chunk) in [(0, 3), (0, -1), (-1, 0), (0, Int.max), (Int.max, 0), (Int.min, Int.min)] {
      #expect(!streams.seek(to: .init(epoch: epoch, chunk: chunk)))
      #expect(streams.position == .init(epoch: 5, chunk: 2))
    }
  }

  @Test func chunkKeepsItsMemory() throws {
    let corpus = try Corpus.ascending(count: 100, in: folder)
    let streams = try TrainingStreams(corpus: corpus, range: 0..<100, batchSize: 3, chunkLength: 7)
    var chunk = Chunk()
    try streams.next(into: &chunk)
    let address = chunk.inputs.withUnsafeBufferPointer { $0.baseAddress }
    for _ in 0..<3 * streams.chunksPerEpoch {
      try streams.next(into: &chunk)
      #expect(chunk.inputs.withUnsafeBufferPointer { $0.baseAddress } == address)
    }
  }

  @Test func chunkThatCannotBeReadIsNotSkipped() throws {
    let text = String(repeating: "text that stays\n", count: 5_000)
    let path = try folder.write(text.utf8)
    let corpus = try Corpus(sources: [.file(path)], unit: .character)
    let streams = try TrainingStreams(
      corpus: corpus, range: 0..<corpus.characterCount, batchSize: 2, chunkLength: 10_000)
    var (chunk, expected) = (Chunk(), Chunk())
    try streams.next(into: &chunk)
    try folder.write(text.utf8.dropLast())
    for _ in 0..<2 {
      #expect(throws: CorpusError.changed(path: path)) { try streams.next(into: &chunk) }
      #expect(streams.position == .init(epoch: 0, chunk: 1))
    }
    try folder.write(text.utf8)
    try streams.next(into: &chunk)
    let undisturbed = try TrainingStreams(
      corpus: corpus, range: 0..<corpus.characterCount, batchSize: 2, chunkLength: 10_000)
    for _ in 0..<2 { try undisturbed.next(into: &expected) }
    #expect(chunk == expected)
  }

  @Test func dividingNeedsNoMoreThanTheCount() {
    #expect((10..<20).divided(into: 3) == [10..<13, 13..<16, 16..<20])
    #expect((5..<7).divided(into: 4) == [5..<5, 5..<6, 6..<6, 6..<7])
    let parts = (0..<Int.max).divided(into: 7)
    #expect(parts.count == 7 && parts.last?.upperBound == Int.max)
    #expect(parts[3].lowerBound == Int.max / 7 * 3)  // Int.max is a multiple of 7.
  }
}
