internal import MessagePassing

/// The streams of an evaluation that one of several processes reads.
struct StreamShare {
  let processes: any ProcessGroup
  /// The number of streams of all processes.
  let streamCount: Int

  /// The streams of this process.
  var own: Range<Int> { streams(of: processes.index) }

  private func streams(of process: Int) -> Range<Int> { (0..<streamCount).share(process, of: processes.count) }

  /// Returns the losses of all streams. (step, stream)
  ///
  /// - Parameter losses: The losses of this process. (step, own stream)
  func gather(_ losses: [Float], stepCount: Int) -> [Float] {
    guard processes.count > 1 else { return losses }
    let widest = (0..<processes.count).reduce(0) { max($0, streams(of: $1).count) }
    let all = processes.gather(losses + [Float](repeating: 0, count: stepCount * widest - losses.count))
    var result: [Float] = []
    result.reserveCapacity(stepCount * streamCount)
    for step in 0..<stepCount {
      for process in 0..<processes.count {
        let first = process * stepCount * widest + step * streams(of: process).count
        result += all[first..<first + streams(of: process).count]
      }
    }
    return result
  }
}
