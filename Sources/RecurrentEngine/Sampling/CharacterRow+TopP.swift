extension CharacterRow {
  /// Sets all but the largest probabilities that reach a fraction of the total to 0 (top-p, Holtzman et al. 2020).
  func keepLikeliest(share: Double, _ selection: inout LikeliestSelection) {
    selection.keep(in: elements, untilWeightReaches: share * sum) { Double($0) }
  }
}
