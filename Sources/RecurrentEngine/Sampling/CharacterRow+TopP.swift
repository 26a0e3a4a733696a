extension CharacterRow {
  /// Keeps the fewest characters that together have a share of all probability (Holtzman et al. 2020); the others get
  /// the probability 0.
  func keepLikeliest(share: Double, _ selection: inout LikeliestSelection) {
    selection.keep(in: elements, untilWeightReaches: share * sum) { Double($0) }
  }
}
