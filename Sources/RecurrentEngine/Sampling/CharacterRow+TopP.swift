extension CharacterRow {
  /// Keeps the smallest set of most likely characters that reaches a fraction of the total probability, and sets the
  /// other probabilities to 0 (nucleus sampling, Holtzman et al. 2020).
  func keepLikeliest(share: Double, _ selection: inout LikeliestSelection) {
    selection.keep(in: elements, untilWeightReaches: share * sum) { Double($0) }
  }
}
