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
    let all = gather([error == nil ? own : -1, ThisProcess.stopRequest?.rawValue ?? 0])
    let values = stride(from: 0, to: all.count, by: 2).map { all[$0] }
    let requests = stride(from: 1, to: all.count, by: 2).map { all[$0] }
    if isLeader, let request = requests.lazy.compactMap(ThisProcess.StopRequest.init).first {
      ThisProcess.noteStopRequest(request)
    }
    guard let failed = values.firstIndex(where: { $0 < 0 }) else { return values }
    let problem = text(error.map { "\($0.problem) on \(nodeName); \($0.remedy)" } ?? "", of: failed)
    throw error ?? .onOtherNode(problem)
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
