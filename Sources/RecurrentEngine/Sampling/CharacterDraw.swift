/// A sampler of characters from logits by ``SamplingOptions``.
///
/// Operations on the row that change logits precede the softmax; those that drop characters follow it.
final class CharacterDraw {
  let row: CharacterRow
  private let options: SamplingOptions
  private let excluded: [Int32]
  private var likeliest = LikeliestSelection()

  init(_ network: RecurrentNetwork, _ vocabulary: Vocabulary, _ options: SamplingOptions) {
    options.check(vocabularySize: vocabulary.count)
    row = CharacterRow(network)
    self.options = options
    excluded = options.excluded(of: vocabulary)
  }

  /// Draws a character from a row of logits. At temperature 0, it is the most likely character, the first one in a tie.
  ///
  /// - Parameter recent: Nil without a penalty: passing even an empty value takes a noticeable part of a draw's time.
  func draw(
    row index: Int, of workspace: Workspace, after recent: RecentCharacters?, using random: inout RandomGenerator
  ) -> Int32 {
    loadLogits(row: index, of: workspace, after: recent)
    guard options.temperature > 0 else { return row.indexOfLargest }
    makeProbabilities(temperature: options.temperature)
    return row.index(at: Double(random.nextUnit()))
  }

  /// Loads into ``row`` the logits before division by the temperature. Excluded ones are −∞.
  func loadLogits(row index: Int, of workspace: Workspace, after recent: RecentCharacters?) {
    row.load(index, of: workspace)
    row.set(excluded, to: -.infinity)
    if let recent { row.penalize(recent.characters, by: Float(options.repetitionPenalty)) }
  }

  /// Converts the logits in ``row`` to the unnormalized probabilities of the characters that may be drawn.
  func makeProbabilities(temperature: Double) {
    row.applySoftmax(temperature: temperature)
    // The kernel's exponential of −∞ is a very small number instead of zero.
    row.set(excluded, to: 0)
    if let count = options.topK { row.keepLikeliest(count, &likeliest) }
    if options.topP < 1 { row.keepLikeliest(share: options.topP, &likeliest) }
    if options.minP > 0 { row.keepNearLargest(share: options.minP) }
  }
}
