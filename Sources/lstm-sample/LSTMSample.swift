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

    try options.checkDelimiters(vocabulary: vocabulary)

    let series = TextSeries(options, vocabulary: vocabulary)
    let generator = TextGenerator(
      checkpoint.model, batchSize: series.groupSize, prompt: prompt.isEmpty ? [checkpoint.startCharacter] : prompt,
      options: SamplingOptions(temperature: options.temperature),
      seed: options.seed ?? UInt64.random(in: .min ... .max), threadCount: options.threads ?? Machine.availableCPUs)
    var text = TextWriter(to: .standardOutput)
    try series.write(from: generator, to: &text)
    try text.finish()
    return .ok
  }
}
