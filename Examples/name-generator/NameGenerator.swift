import Foundation
import RecurrentEngine

/// A program that trains on a list of names, one per line, and prints generated names that are not in the list.
///
///     swift run -c release name-generator data/names.txt 10
@main
enum NameGenerator {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard (1...2).contains(arguments.count), let count = Int(arguments.count < 2 ? "20" : arguments[1]),
      (1...1_000_000).contains(count)
    else { exit(after: "usage: name-generator names.txt [how-many]", status: 64) }
    do {
      try printNewNames(count, list: .file(arguments[0]))
    } catch let error as CorpusError {
      exit(after: "\(error)", status: error.kind == .unopenableInput ? 66 : 65)
    } catch {
      exit(after: "\(error)", status: 64)
    }
  }

  private static func printNewNames(_ count: Int, list: TextSource) throws {
    let listed = Set(String(decoding: try list.readBytes(), as: UTF8.self).split(separator: "\n"))
    let model = try train(on: list)
    let sampler = Sampler(model, options: SamplingOptions(temperature: 0.8))
    var random = RandomGenerator(seed: 1)
    var (drawnCount, listedCount) = (0, 0)
    var new: Set<String> = []
    // Limits the draws, because the model may generate few names that are not in the list.
    while new.count < count, drawnCount < 100 * count {
      let name = drawName(from: sampler, using: &random)
      drawnCount += 1
      if listed.contains(name[...]) {
        listedCount += 1
      } else if !name.isEmpty, new.insert(name).inserted {
        print(name)
      }
    }
    print("\(100 * listedCount / drawnCount) % of \(drawnCount) names drawn were in the list")
  }

  /// Returns the model with the lowest validation loss.
  private static func train(on list: TextSource) throws -> LanguageModel {
    let configuration = TrainingConfiguration(
      cell: .gru(), layerCount: 1, batchSize: 8, chunkLength: 25,
      optimizer: OptimizerConfiguration(learningRate: 0.005))
    let trainer = try Trainer(corpus: Corpus(sources: [list]), configuration: configuration)
    while trainer.epoch < 60 {
      for _ in 0..<trainer.stepsPerEpoch { try trainer.advance() }
      try trainer.validate()
    }
    return trainer.selectedModel
  }

  /// Returns a sampled name: the characters after a line feed, up to the next one.
  private static func drawName(from sampler: Sampler, using random: inout RandomGenerator) -> String {
    let vocabulary = sampler.vocabulary
    guard let newline = vocabulary.newlineID else { return "" }
    sampler.reset()
    sampler.read(newline)
    var name: [Int32] = []
    while name.count < 40 {
      let character = sampler.advance(using: &random)
      if character == newline { break }
      name.append(character)
    }
    return vocabulary.text(of: name)
  }

  private static func exit(after message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("name-generator: \(message)\n".utf8))
    Foundation.exit(status)
  }
}
