package import MessagePassing

/// Adds the gradients of all processes, in the order of the tree of ``Shards``, and gives each process the sum.
///
/// First each process adds one part of all gradients (reduce-scatter by recursive halving, with the nearest process
/// first, whose shards are neighbours in the tree), and then all collect these parts. Each process sends and receives
/// 2(1 − 1/P) times the gradients in 2 log₂ P messages (Thakur, Rabenseifner and Gropp 2005).
package final class GradientExchange: Sendable {
  private let processes: any ProcessGroup
  private let received: FloatBuffer

  /// - Parameter size: The number of gradients.
  package init(_ processes: any ProcessGroup, size: Int) {
    precondition(Shards.isPossible(processes.count), "the number of processes is a power of two")
    self.processes = processes
    received = FloatBuffer(count: processes.count > 1 ? size - size / 2 : 0)
  }

  /// Replaces the gradients by the sums over all processes.
  package func sum(_ gradients: FloatBuffer, executor: ParallelExecutor) {
    guard processes.count > 1 else { return }
    var own = 0..<gradients.count
    var larger: [Range<Int>] = []
    var distance = 1
    while distance < processes.count {
      let isFirst = processes.index & distance == 0
      let middle = own.lowerBound + own.count / 2
      let halves = [own.lowerBound..<middle, middle..<own.upperBound]
      larger.append(own)
      own = halves[isFirst ? 0 : 1]
      let terms = received[0..<own.count]
      exchange(gradients[halves[isFirst ? 1 : 0]], terms, with: processes.index ^ distance)
      executor.runOnShares(of: 0..<own.count) { [own] share in
        gradients[own][share].add(terms[share])
      }
      distance *= 2
    }
    while let whole = larger.popLast() {
      distance /= 2
      let other =
        own.lowerBound == whole.lowerBound
        ? own.upperBound..<whole.upperBound : whole.lowerBound..<own.lowerBound
      exchange(gradients[own], gradients[other], with: processes.index ^ distance)
      own = whole
    }
  }

  private func exchange(_ sent: FloatView, _ received: FloatView, with other: Int) {
    processes.exchange(
      UnsafeRawBufferPointer(sent.elements), UnsafeMutableRawBufferPointer(received.elements), with: other)
  }
}
