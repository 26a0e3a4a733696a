extension Array {
  /// Returns the index of the last element of a prefix that satisfies `isInside`, by binary search; the first element
  /// satisfies it.
  func lastIndex(ofPrefix isInside: (Element) -> Bool) -> Int {
    var candidates = indices
    while candidates.count > 1 {
      let middle = candidates.lowerBound + candidates.count / 2
      candidates = isInside(self[middle]) ? middle..<candidates.upperBound : candidates.lowerBound..<middle
    }
    return candidates.lowerBound
  }
}
