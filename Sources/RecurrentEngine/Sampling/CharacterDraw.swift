/// Draws characters from logits as ``SamplingOptions`` say.
///
/// A draw is a chain of operations on one row: those that change logits come before the softmax, those that leave
/// characters out after it.
final class CharacterDraw {
  let row: CharacterRow
  private let options: SamplingOptions
  private let excluded: [Int32]
  private var likeliest = LikeliestSelection()

  init(_ network: RecurrentNetwork, _ options: SamplingOptions) {
    options.check(vocabularySize: network.configuration.vocabularySize)
    row = CharacterRow(network)
    self.options = options
    excluded = options.excluded.sorted()
  }

  /// Draws from a row of logits. The temperature 0 takes the most likely character, the first one if there are several.
  ///
  /// - Parameter recent: Nil if there is no penalty. Even to hand over what is empty takes time beside a draw.
  func draw(
    row index: Int, of workspace: Workspace, after recent: RecentCharacters?, using random: inout RandomGenerator
  ) -> Int32 {
    loadLogits(row: index, of: workspace, after: recent)
    guard options.temperature > 0 else { return row.indexOfLargest }
    makeProbabilities(temperature: options.temperature)
    return row.index(at: Double(random.nextUnit()))
  }

  /// Leaves in ``row`` the logits that the temperature acts on. Excluded ones are −∞.
  func loadLogits(row index: Int, of workspace: Workspace, after recent: RecentCharacters?) {
    row.load(index, of: workspace)
    row.set(excluded, to: -.infinity)
    if let recent { row.penalize(recent.characters, by: Float(options.repetitionPenalty)) }
  }

  /// Makes of the logits in ``row`` the probabilities of what may be drawn, but for a common factor.
  func makeProbabilities(temperature: Double) {
    row.applySoftmax(temperature: temperature)
    // The kernel's exponential of −∞ is a very small number.
    row.set(excluded, to: 0)
    if let count = options.topK { row.keepLikeliest(count, &likeliest) }
    if options.topP < 1 { row.keepLikeliest(share: options.topP, &likeliest) }
    if options.minP > 0 { row.keepNearLargest(share: options.minP) }
  }
}
