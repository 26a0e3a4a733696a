extension CharacterRow {
  /// Sets the probabilities of all but the `count` most likely characters to 0 (top-k).
  func keepLikeliest(_ count: Int, _ selection: inout LikeliestSelection) {
    guard count < elements.count else { return }
    selection.keep(in: elements, untilWeightReaches: Double(count)) { _ in 1 }
  }
}
