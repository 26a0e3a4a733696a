internal import CPUIntrinsics
internal import Dispatch
internal import Synchronization
internal import SystemCalls

/// Threads that do the same short work together, tens of thousands of times a second, and wait for one another in it.
///
/// Waking a thread takes longer than such a work, so they look out for the next one for a while before they go to
/// sleep. The caller of ``run()`` is thread 0.
final class ThreadTeam: @unchecked Sendable {
  typealias Body = @Sendable (_ team: ThreadTeam, _ thread: Int) -> Void

  let threadCount: Int
  private let body: Body
  /// One for each thread, the last for thread 0 being unused but for its count.
  private let members: UnsafeMutablePointer<Member>
  private let queues: [DispatchQueue]

  /// What one thread tells the others, in cache lines that no other thread writes to.
  private struct Member: ~Copyable {
    /// How many points this thread has reached at which the threads of the team meet.
    let progress = Atomic(0)
    /// Whether nothing looks out for the next work, so that somebody must be called.
    let isAsleep = Atomic(true)
    /// Two lines, because CPUs fetch them in pairs.
    private let padding = InlineArray<14, Int>(repeating: 0)
  }

  /// - Parameter body: What each thread does when ``run()`` is called.
  init(threadCount: Int, body: @escaping Body) {
    precondition(threadCount > 0, "there is at least one thread")
    self.threadCount = threadCount
    self.body = body
    members = .allocate(capacity: threadCount)
    for thread in 0..<threadCount { (members + thread).initialize(to: Member()) }
    // A queue of its own gives each thread a place even if the shared ones are all taken.
    queues = (1..<max(threadCount, 1)).map { DispatchQueue(label: "ThreadTeam \($0)", qos: .userInitiated) }
  }

  deinit {
    members.deinitialize(count: threadCount)
    members.deallocate()
  }

  /// Calls the body on every thread and returns when all are done. One call at a time.
  func run() {
    let start = advance(0)
    for thread in 1..<max(threadCount, 1) where members[thread].isAsleep.load(ordering: .sequentiallyConsistent) {
      guard wake(thread) else { continue }
      if members[thread].progress.load(ordering: .sequentiallyConsistent) < start {
        queues[thread - 1].async { self.work(thread) }
      } else {
        // Since it was seen asleep it has taken this work by itself, done it, and gone to sleep again.
        members[thread].isAsleep.store(true, ordering: .sequentiallyConsistent)
      }
    }
    body(self, 0)
    meet(0)
  }

  /// Called by every thread at the same point of the body: waits until all are there.
  func meet(_ thread: Int) {
    let point = advance(thread)
    for other in 0..<threadCount where other != thread {
      Self.wait(attempts: .max) { members[other].progress.load(ordering: .acquiring) >= point }
    }
  }

  /// The life of a thread other than 0, until it goes to sleep.
  private func work(_ thread: Int) {
    repeat {
      advance(thread)
      body(self, thread)
      advance(thread)
    } while awaitStart(thread)
  }

  /// - Returns: False if nothing came for so long that the thread may end.
  private func awaitStart(_ thread: Int) -> Bool {
    let start = members[thread].progress.load(ordering: .relaxed) + 1
    let hasStarted = { self.members[0].progress.load(ordering: .sequentiallyConsistent) >= start }
    if Self.wait(attempts: Self.attemptsBeforeSleep, until: hasStarted) { return true }
    members[thread].isAsleep.store(true, ordering: .sequentiallyConsistent)
    // Work that came at this moment may have seen a thread awake; whoever takes the mark away sees to it.
    return hasStarted() && wake(thread)
  }

  /// - Returns: Whether it was this call that ended the sleep.
  private func wake(_ thread: Int) -> Bool {
    members[thread].isAsleep.compareExchange(expected: true, desired: false, ordering: .sequentiallyConsistent)
      .exchanged
  }

  @discardableResult
  private func advance(_ thread: Int) -> Int {
    members[thread].progress.add(1, ordering: .sequentiallyConsistent).newValue
  }

  /// About ten microseconds; the others are rarely later.
  private static let attemptsBeforeYield = 200
  /// About a millisecond.
  private static let attemptsBeforeSleep = 2000

  /// Looks again and again, at first without a rest and then giving way to whoever else wants the CPU: with fewer CPUs
  /// than threads that is the one waited for.
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
