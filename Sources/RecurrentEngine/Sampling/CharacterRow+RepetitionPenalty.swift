extension CharacterRow {
  /// Applies a repetition penalty to the logits of characters (Keskar et al. 2019): a logit of either sign is lowered.
  func penalize(_ characters: some Sequence<Int32>, by penalty: Float) {
    let logits = elements
    for index in characters.lazy.map(Int.init) {
      logits[index] = logits[index] > 0 ? logits[index] / penalty : logits[index] * penalty
    }
  }
}
