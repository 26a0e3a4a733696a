import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct ValidationStreamsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// IDs equal indices, so a target is the index of its character in the text.
  @Test(arguments: [0, 1, 2, 3, 511, 512, 513, 1_024, 1_025, 1_700, 33_000])
  func everyCharacterButTheFirstCountsOnce(count: Int) throws {
    let corpus = try Corpus.ascending(count: count + 10, in: folder)
    let range = 10..<count + 10
    for chunkLength in [100, 128, 5_000] {
      let streams = ValidationStreams(corpus: corpus, range: range, chunkLength: chunkLength)
      #expect(streams.countedCharacters == max(0, count - 1))
      #expect(streams.batchSize == min(64, max(1, (count - 1) / 512)))

      var chunk = Chunk()
      var counted: [Int32] = []
      var total = 0
      var chunkCount = 0
      var next = [Int32?](repeating: nil, count: streams.batchSize)
      var warmUp = [Int](repeating: 0, count: streams.batchSize)
      while try streams.next(into: &chunk) {
        #expect(chunk.isFirstOfEpoch == (chunkCount == 0))
        #expect(chunk.batchSize == streams.batchSize && chunk.stepCount <= chunkLength)
        chunkCount += 1
        total += chunk.countedCharacters
        var hasGap = false
        for (place, (input, target)) in zip(chunk.inputs, chunk.targets).enumerated() {
          let row = place % chunk.batchSize
          if target == -1 {
            // Before the first counted target of a row, or masked after its last.
            if input != 0 { warmUp[row] += 1 } else { continue }
          } else {
            counted.append(target)
            if target != input + 1 { hasGap = true }
          }
          if let expected = next[row], input != expected { hasGap = true }
          next[row] = input + 1
        }
        #expect(!hasGap)
      }
      #expect(chunkCount == streams.chunkCount)
      #expect(total == streams.countedCharacters)
      #expect(counted.sorted() == range.dropFirst().map(Int32.init))
      // The last context character is the input of the first counted prediction.
      #expect(warmUp == (0..<streams.batchSize).map { $0 == 0 ? 0 : 511 })
      #expect(try !streams.next(into: &chunk))
    }
  }

  @Test func contextReachesNoFurtherThanTheHeldOutText() {
    let streams = ValidationStreams.streams(in: 1_000..<1_000 + 1 + 2 * 512)
    #expect(
      streams == [
        CharacterStream(characters: 1_000..<1_513, firstCounted: 1_001),
        CharacterStream(characters: 1_001..<2_025, firstCounted: 1_513),
      ])
  }
}
