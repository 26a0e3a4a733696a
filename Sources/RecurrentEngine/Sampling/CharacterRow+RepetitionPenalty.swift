extension CharacterRow {
  /// Makes characters less likely whose logits are in the row (Keskar et al. 2019): either sign of a logit moves down.
  func penalize(_ characters: some Sequence<Int32>, by penalty: Float) {
    let logits = elements
    for index in characters.lazy.map(Int.init) {
      logits[index] = logits[index] > 0 ? logits[index] / penalty : logits[index] * penalty
    }
  }
}
