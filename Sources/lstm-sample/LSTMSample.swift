internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

@main
enum LSTMSample {
  static func main() {
    Tool.run(sampleCommand) { options, files in
      try reportingEngineErrors { try run(options, files: files) }
    }
  }

  private static func run(_ options: SampleOptions, files: [String]) throws -> ExitStatus {
    guard let path = files.first, files.count == 1, !path.isEmpty else {
      throw UsageError.operands("give one checkpoint that lstm-train wrote")
    }
    let checkpoint = try Checkpoint(path: path)
    let vocabulary = checkpoint.model.vocabulary
    let prompt: [Int32]
    do throws(VocabularyError) {
      prompt = try vocabulary.encode(Array(options.prime.utf8))
    } catch {
      throw ToolError(.usage, "--prime: \(error.description)")
    }

    let sampler = Sampler(checkpoint.model, threadCount: options.threads ?? Machine.availableCPUs)
    var random = RandomGenerator(seed: options.seed ?? UInt64.random(in: .min ... .max))
    var text = TextWriter(to: .standardOutput)
    try text.write(Array(options.prime.utf8))
    for character in prompt.isEmpty ? [checkpoint.startCharacter] : prompt { sampler.read(character) }
    for index in 0..<options.length {
      let character = sampler.draw(temperature: options.temperature, using: &random)
      try text.write(vocabulary.bytes(of: character))
      if index + 1 < options.length { sampler.read(character) }
    }
    try text.finish()
    return .ok
  }
}
