internal import CPUIntrinsics
internal import Dispatch
internal import Synchronization
internal import SystemCalls

/// Threads that run the same short function together, tens of thousands of times a second, and synchronize in it.
///
/// Waking a thread takes longer than such a function, so the threads poll for the next run for a while before they go to
/// sleep. The caller of ``run()`` is thread 0.
// Unchecked: the members are atomics, which are never moved.
final class ThreadTeam: @unchecked Sendable {
  typealias Body = @Sendable (_ team: ThreadTeam, _ thread: Int) -> Void

  let threadCount: Int
  private let body: Body
  private let members: UnsafeMutableBufferPointer<Member>  // (thread)
  private let queues: [DispatchQueue]

  /// The state that one thread shares with the others, in cache lines without other data.
  private struct Member: ~Copyable {
    /// Number of meeting points of the team that this thread has reached.
    let progress = Atomic(0)
    /// Whether the thread does not poll for the next run and must be woken; unused for thread 0.
    let isAsleep = Atomic(true)
    /// Two lines, because CPUs fetch them in pairs.
    private let padding = InlineArray<14, Int>(repeating: 0)
  }

  /// - Parameter body: Called on each thread by ``run()``.
  init(threadCount: Int, body: @escaping Body) {
    precondition(threadCount > 0, "there is at least one thread")
    self.threadCount = threadCount
    self.body = body
    members = .allocate(capacity: threadCount)
    for thread in 0..<threadCount { members.initializeElement(at: thread, to: Member()) }
    // A queue for each thread, so that none waits for a thread of the shared queues.
    queues = (1..<threadCount).map { DispatchQueue(label: "ThreadTeam \($0)", qos: .userInitiated) }
  }

  deinit {
    members.deinitialize()
    members.deallocate()
  }

  /// Calls the body on every thread and returns when all calls have returned. One call at a time.
  func run() {
    let start = advance(0)
    for thread in 1..<threadCount where members[thread].isAsleep.load(ordering: .sequentiallyConsistent) {
      guard wake(thread) else { continue }
      if members[thread].progress.load(ordering: .sequentiallyConsistent) < start {
        queues[thread - 1].async { self.work(thread) }
      } else {
        // Since it was seen asleep it has noticed this run, finished it, and gone to sleep again.
        members[thread].isAsleep.store(true, ordering: .sequentiallyConsistent)
      }
    }
    body(self, 0)
    meet(0)
  }

  /// Waits until all threads have called it; every thread must call it at the same point of the body.
  func meet(_ thread: Int) {
    let point = advance(thread)
    for other in 0..<threadCount where other != thread {
      Self.wait(attempts: .max) { members[other].progress.load(ordering: .acquiring) >= point }
    }
  }

  /// Runs a thread other than 0 until it goes to sleep.
  private func work(_ thread: Int) {
    repeat {
      advance(thread)
      body(self, thread)
      advance(thread)
    } while awaitStart(thread)
  }

  /// - Returns: False if no run came for so long that the thread may end.
  private func awaitStart(_ thread: Int) -> Bool {
    let start = members[thread].progress.load(ordering: .relaxed) + 1
    let hasStarted = { self.members[0].progress.load(ordering: .sequentiallyConsistent) >= start }
    if Self.wait(attempts: Self.attemptsBeforeSleep, until: hasStarted) { return true }
    members[thread].isAsleep.store(true, ordering: .sequentiallyConsistent)
    // A run that started at this moment may have seen the thread awake; whoever clears the mark starts the work.
    return hasStarted() && wake(thread)
  }

  /// - Returns: Whether this call ended the sleep.
  private func wake(_ thread: Int) -> Bool {
    members[thread].isAsleep.compareExchange(expected: true, desired: false, ordering: .sequentiallyConsistent)
      .exchanged
  }

  @discardableResult
  private func advance(_ thread: Int) -> Int {
    members[thread].progress.add(1, ordering: .sequentiallyConsistent).newValue
  }

  /// About ten microseconds, within which the other threads usually arrive.
  private static let attemptsBeforeYield = 200
  /// About a millisecond.
  private static let attemptsBeforeSleep = 2000

  /// Polls a condition, after a while yielding the CPU: with fewer CPUs than threads, the thread waited for needs it.
  @discardableResult
  private static func wait(attempts: Int, until condition: () -> Bool) -> Bool {
    var attempt = 0
    while !condition() {
      attempt += 1
      if attempt >= attempts { return false }
      if attempt < attemptsBeforeYield { pause_briefly() } else { yieldProcessor() }
    }
    return true
  }
}
