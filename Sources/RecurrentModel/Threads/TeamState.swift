internal import CPUIntrinsics
internal import Dispatch
internal import Synchronization
internal import SystemCalls

/// The state that the threads of a team share.
// Unchecked: the members are atomics, which are never moved, and the count is set before the first run.
final class TeamState: @unchecked Sendable {
  /// The number of threads; set once, before the first run.
  var threadCount = 1
  private let body: ThreadTeam.Body
  private let members: UnsafeMutableBufferPointer<Member>  // (thread)
  private let alarms: [DispatchSemaphore]  // (thread)
  private let isEnding = Atomic(false)

  /// The state that one thread shares with the others, in cache lines without other data.
  private struct Member: ~Copyable {
    /// Number of meeting points of the team that this thread has reached.
    let progress = Atomic(0)
    /// Whether the thread does not poll for the next run and must be woken; unused for thread 0.
    let isAsleep = Atomic(false)
    /// Two lines, because CPUs fetch them in pairs.
    private let padding = InlineArray<14, Int>(repeating: 0)
  }

  init(threadLimit: Int, body: @escaping ThreadTeam.Body) {
    self.body = body
    members = .allocate(capacity: threadLimit)
    for thread in 0..<threadLimit { members.initializeElement(at: thread, to: Member()) }
    alarms = (0..<threadLimit).map { _ in DispatchSemaphore(value: 0) }
  }

  deinit {
    members.deinitialize()
    members.deallocate()
  }

  func run() {
    startThreads()
    body(self, 0)
    meet(0)
  }

  /// Makes all threads return from ``work(_:)``.
  func end() {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    startThreads()
  }

  private func startThreads() {
    advance(0)
    for thread in 1..<threadCount
    where members[thread].isAsleep.load(ordering: .sequentiallyConsistent) && wake(thread) {
      alarms[thread].signal()
    }
  }

  /// Waits until all threads have called it; every thread must call it at the same point of the body.
  func meet(_ thread: Int) {
    let point = advance(thread)
    for other in 0..<threadCount where other != thread {
      Self.wait(attempts: .max) { members[other].progress.load(ordering: .acquiring) >= point }
    }
  }

  /// Runs a thread other than 0 until the team ends.
  func work(_ thread: Int) {
    while awaitStart(thread) {
      advance(thread)
      body(self, thread)
      advance(thread)
    }
  }

  /// - Returns: False at the end of the team.
  private func awaitStart(_ thread: Int) -> Bool {
    let start = members[thread].progress.load(ordering: .relaxed) + 1
    let hasStarted = { self.members[0].progress.load(ordering: .sequentiallyConsistent) >= start }
    while !Self.wait(attempts: Self.attemptsBeforeSleep, until: hasStarted) {
      members[thread].isAsleep.store(true, ordering: .sequentiallyConsistent)
      // A run that started at this moment may have seen the thread awake; whoever clears the mark ends the sleep.
      if hasStarted(), wake(thread) { break }
      alarms[thread].wait()
    }
    return !isEnding.load(ordering: .sequentiallyConsistent)
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
