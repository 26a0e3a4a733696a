extension CharacterRow {
  /// Gives all but the likeliest characters the probability 0.
  func keepLikeliest(_ count: Int, _ selection: inout LikeliestSelection) {
    guard count < elements.count else { return }
    selection.keep(in: elements, untilWeightReaches: Double(count)) { _ in 1 }
  }
}
