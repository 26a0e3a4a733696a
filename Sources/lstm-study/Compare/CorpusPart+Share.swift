internal import RecurrentEngine

extension CorpusPart {
  /// Returns the beginning of each range, or records from all parts of the text, because a list may be sorted.
  ///
  /// - Parameter share: The share to return, above 0 and up to 1.
  func prefix(share: Double) -> CorpusPart {
    func count(of whole: Int) -> Int { min(Int(Double(whole) * share), whole) }
    switch self {
    case .characters(let ranges): return .characters(ranges.map { $0.prefix(count(of: $0.count)) })
    case .records(let starts):
      let count = count(of: starts.count)
      return .records((0..<count).map { starts[$0 * starts.count / count] })
    }
  }
}
