#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The share of one of several processes that scan the same files together.
package struct ScanShare {
  /// Scans a part, and returns the results of all parts in their order.
  package typealias Collect = (_ scan: () throws(CorpusError) -> [UInt8]) throws(CorpusError) -> [[UInt8]]

  private let index: Int
  private let count: Int
  private let minimumByteCount: Int
  private let collect: Collect

  /// - Parameters:
  ///   - index: The index of this process.
  ///   - count: The number of processes.
  ///   - minimumByteCount: The number of bytes above which a text is divided further.
  ///   - collect: Exchanges results among the processes; it throws in all of them if one scan throws.
  package init(
    _ index: Int, of count: Int, minimumByteCount: Int = ScanPart.minimumByteCount, collect: @escaping Collect
  ) {
    (self.index, self.count, self.minimumByteCount) = (index, count, minimumByteCount)
    self.collect = collect
  }

  /// Returns the part that this process scans.
  ///
  /// - Parameter separator: The separator of records. One of several lines must not span two parts, so that one process
  ///   scans such a text.
  func part(of sources: [SourceBytes], separator: RecordSeparator?) throws(CorpusError) -> ScanPart {
    let isWhole = separator?.isLine == true
    return try ScanPart(index, of: count, sources, minimumByteCount: isWhole ? .max : minimumByteCount)
  }

  /// Returns the findings in the whole text.
  ///
  /// - Parameter scan: The scan of the part of this process.
  func findings(_ scan: () throws(CorpusError) -> ScanFindings) throws(CorpusError) -> ScanFindings {
    let parts = try collect { () throws(CorpusError) in
      // Numbers and strings are always encodable.
      let findings = try scan()
      return (try? JSONEncoder().encode(findings)).map { Array($0) } ?? []
    }
    var all = ScanFindings()
    for part in parts {
      guard let findings = try? JSONDecoder().decode(ScanFindings.self, from: Data(part)) else {
        throw .onOtherNode("a process sent no valid scan; install the same version on all nodes", .inputOutput)
      }
      all.append(findings)
    }
    return all
  }
}
