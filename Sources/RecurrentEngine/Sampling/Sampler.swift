/// Reads a text character by character with a model, and draws what could come next. For whole texts, and many of them,
/// there is ``TextGenerator``.
///
/// What is drawn does not depend on the number of threads.
public final class Sampler {
  public let model: LanguageModel
  private let step: GenerationStep
  private let softmax: SoftmaxDraw

  /// - Parameter threadCount: The most threads to compute with; a small model takes fewer. Those besides the caller's
  ///   own keep looking out for the next character for about a millisecond.
  public init(_ model: LanguageModel, threadCount: Int = 1) {
    self.model = model
    let threadCount = GenerationStep.threadCount(for: model, batchSize: 1, atMost: threadCount)
    step = GenerationStep(model, batchSize: 1, threadCount: threadCount)
    softmax = SoftmaxDraw(model)
  }

  var workspace: Workspace { step.workspace }

  /// Forgets all that was read: the state is zero.
  public func reset() { step.reset() }

  /// Reads one character, the state going on from the one before.
  public func read(_ character: Int32) {
    precondition((0..<Int32(model.configuration.vocabularySize)).contains(character), "no such character")
    step.read(CollectionOfOne(character))
  }

  /// Draws the next character from softmax(logits / temperature); 0 takes the most likely one.
  ///
  /// - Precondition: A character was read.
  public func draw(temperature: Double, using random: inout RandomGenerator) -> Int32 {
    softmax.draw(row: 0, of: workspace, SamplingOptions(temperature: temperature), using: &random)
  }
}
