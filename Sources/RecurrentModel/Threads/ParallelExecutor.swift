internal import Synchronization

/// Runs independent pieces of work on a fixed number of threads, one call at a time. What a piece computes must not
/// depend on the thread.
///
/// A training step has a dozen such calls, and for a small model each takes less than a millisecond. So the threads are
/// a ``ThreadTeam``, which waits actively between one call and the next.
package final class ParallelExecutor: @unchecked Sendable {
  package let threadCount: Int
  private let work = Work()
  private let team: ThreadTeam

  /// What the team does next: written before it starts, and read by its threads until it is done.
  private final class Work: @unchecked Sendable {
    var body: (_ thread: Int) -> Void = { _ in }
  }

  package init(threadCount: Int) {
    self.threadCount = threadCount
    team = ThreadTeam(threadCount: threadCount) { [work] _, thread in work.body(thread) }
  }

  /// Calls `body` with 0 ..< `threadCount`, each on a thread of its own if there are as many CPUs.
  package func runOnEachThread(_ body: (_ thread: Int) -> Void) {
    // The call waits for all of them, so the body does not outlive it.
    withoutActuallyEscaping(body) { body in
      work.body = body
      team.run()
      work.body = { _ in }
    }
  }

  /// Calls `body` with 0 ..< `count`; a thread that is free takes the next number.
  package func run(_ count: Int, _ body: (_ index: Int) -> Void) {
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
