extension GivenOptions {
  /// These options and others, which replace those of the same name.
  public func merging(_ others: GivenOptions) -> GivenOptions {
    var merged = self
    merged.texts.merge(others.texts) { $1 }
    return merged
  }
}
