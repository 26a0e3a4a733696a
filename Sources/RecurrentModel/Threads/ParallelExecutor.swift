internal import Synchronization
package import SystemCalls

/// Runs independent pieces of work on a fixed number of threads, one call at a time. Results must not depend on the
/// thread, nor on the number of threads, which are fewer than asked for if the system creates no more.
///
/// A training step of a small model makes a dozen calls of under 1 ms, so a ``ThreadTeam`` waits actively between them.
package final class ParallelExecutor: Sendable {
  package let threadCount: Int
  private let work = Work()
  private let team: ThreadTeam

  // Unchecked: it is written between two runs only, and the team orders that before the reads of its threads.
  private final class Work: @unchecked Sendable {
    var body: @Sendable (_ thread: Int) -> Void = { _ in }
  }

  package init(threadCount: Int) {
    team = ThreadTeam(threadCount: threadCount) { [work] _, thread in work.body(thread) }
    self.threadCount = team.threadCount
  }

  /// Calls `body` with 0 ..< `threadCount`, each on its own thread, and returns when all calls have returned.
  package func runOnEachThread(_ body: @escaping @Sendable (_ thread: Int) -> Void) {
    work.body = body
    team.run()
    work.body = { _ in }
  }

  /// Waits, in the body of a run, until all threads have called it; every thread must call it at the same point.
  package func meet(_ thread: Int) { team.meet(thread) }

  /// Calls `body` on each thread with its share of a range; shares are empty if there are more threads than elements.
  package func runOnShares(of range: Range<Int>, _ body: @escaping @Sendable (_ share: Range<Int>) -> Void) {
    runOnEachThread { [threadCount] thread in body(range.share(thread, of: threadCount)) }
  }

  /// Calls `body` with 0 ..< `count`; each thread takes the next index when it is free.
  package func run(_ count: Int, _ body: @escaping @Sendable (_ index: Int) -> Void) {
    let next = Atomic(0)
    runOnEachThread { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        if index >= count { return }
        body(index)
      }
    }
  }
}

extension Machine {
  /// Returns the number of threads that the system creates, at most `limit`.
  package static func usableThreadCount(atMost limit: Int) -> Int { ParallelExecutor(threadCount: limit).threadCount }
}

extension Range<Int> {
  /// One of `shareCount` consecutive parts of nearly equal length.
  package func share(_ index: Int, of shareCount: Int) -> Range {
    lowerBound + count * index / shareCount..<lowerBound + count * (index + 1) / shareCount
  }
}
