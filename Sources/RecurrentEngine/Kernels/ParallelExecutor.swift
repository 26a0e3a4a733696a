internal import Dispatch
internal import Synchronization

/// Runs independent pieces of work on a fixed number of threads. What a piece computes must not depend on the thread.
package struct ParallelExecutor: Sendable {
  package let threadCount: Int

  package init(threadCount: Int) {
    precondition(threadCount > 0, "there is at least one thread")
    self.threadCount = threadCount
  }

  /// Calls `body` with 0 ..< `threadCount`, each on a thread of its own if there are as many CPUs.
  package func runOnEachThread(_ body: (_ thread: Int) -> Void) {
    if threadCount == 1 {
      body(0)
    } else {
      // The call waits for all of them, so the body does not outlive it.
      withoutActuallyEscaping(body) { body in
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: threadCount) { body($0) }
      }
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
