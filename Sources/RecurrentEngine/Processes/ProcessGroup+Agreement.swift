internal import Checksums
package import MessagePassing
internal import SystemCalls
package import TextCorpus

extension ProcessGroup {
  /// Runs a body in which a single process can fail, such as reading from the disk of its node, and collects the values
  /// of all processes. If one of them fails, all of them throw: that process its own error, and the others
  /// `CorpusError.onOtherNode`.
  ///
  /// A signal to end that any process has received is passed on to the leader, which decides when to stop.
  ///
  /// - Parameter body: Returns a value that is not negative.
  package func agree(_ body: () throws(CorpusError) -> Int) throws(CorpusError) -> [Int] {
    guard count > 1 else { return [try body()] }
    var error: CorpusError?
    var own = 0
    do throws(CorpusError) { own = try body() } catch let failure { error = failure }
    let all = gather([error.map { -1 - $0.kind.rawValue } ?? own, ThisProcess.stopRequest?.rawValue ?? 0])
    let values = stride(from: 0, to: all.count, by: 2).map { all[$0] }
    let requests = stride(from: 1, to: all.count, by: 2).map { all[$0] }
    if isLeader, let request = requests.lazy.compactMap(ThisProcess.StopRequest.init).first {
      ThisProcess.noteStopRequest(request)
    }
    guard let failed = values.firstIndex(where: { $0 < 0 }) else { return values }
    let problem = text(error.map { "\($0.problem) on \(nodeName); \($0.remedy)" } ?? "", of: failed)
    throw error ?? .onOtherNode(problem, CorpusError.Kind(rawValue: -1 - values[failed]) ?? .inputOutput)
  }

  /// The share of this process in the scan of files by all processes of its node, so that each node reads its files once
  /// and differences between nodes are found; nil for a process alone.
  ///
  /// - Parameter noteFailure: Called if a scan fails in any process, before all of them throw.
  package func scanShare(noteFailure: @escaping () -> Void = {}) -> ScanShare? {
    guard count > 1 else { return nil }
    let node = CRC32C.checksum(of: nodeName)
    let own = gather([node]).enumerated().filter { $0.element == node }.map(\.offset)
    guard let position = own.firstIndex(of: index) else { return nil }
    return ScanShare(position, of: own.count) { (scan) throws(CorpusError) in
      var hasFailed = true
      defer { if hasFailed { noteFailure() } }
      let results = try gather(scan)
      hasFailed = false
      return own.map { results[$0] }
    }
  }

  /// Runs a body in all processes, and collects their results, of any length. If one of them fails, all of them throw.
  package func gather(_ body: () throws(CorpusError) -> [UInt8]) throws(CorpusError) -> [[UInt8]] {
    var result: [UInt8] = []
    let lengths = try agree { () throws(CorpusError) in
      result = try body()
      return result.count
    }
    let longest = lengths.max() ?? 0
    let all = gather(result + [UInt8](repeating: 0, count: longest - result.count))
    return lengths.indices.map { Array(all[$0 * longest..<$0 * longest + lengths[$0]]) }
  }

  /// Returns the text that one process gives. A long text is shortened.
  package func text(_ own: String, of process: Int) -> String {
    let capacity = 1024
    var bytes = Array(own.utf8.prefix(capacity))
    bytes += [UInt8](repeating: 0, count: capacity - bytes.count)
    let all = gather(bytes)
    let text = all[process * capacity..<(process + 1) * capacity].prefix { $0 != 0 }
    return String(decoding: text, as: UTF8.self)
  }

  /// Returns whether a condition holds in the leader.
  package func leaderDecides(_ condition: () -> Bool) -> Bool {
    guard count > 1 else { return condition() }
    return broadcast(isLeader && condition())
  }
}
