internal import SystemCalls

/// Threads that run the same short function together, tens of thousands of times a second, and synchronize in it.
///
/// Waking a thread takes longer than such a function, so the threads poll for the next run for a while before they go
/// to sleep. The caller of ``run()`` is thread 0.
final class ThreadTeam: Sendable {
  typealias Body = @Sendable (_ state: TeamState, _ thread: Int) -> Void

  private let state: TeamState
  private let threads: [SystemThread]

  /// Starts the threads, or fewer if the system creates no more.
  ///
  /// - Parameters:
  ///   - start: Starts a thread.
  ///   - body: Called on each thread by ``run()``.
  init(
    threadCount: Int,
    start: (_ body: @escaping @Sendable () -> Void) throws(SystemError) -> SystemThread = { body throws(SystemError) in
      try SystemThread(body)
    },
    body: @escaping Body
  ) {
    precondition(threadCount > 0, "there is at least one thread")
    let state = TeamState(threadLimit: threadCount, body: body)
    var threads: [SystemThread] = []
    while threads.count < threadCount - 1 {
      let index = threads.count + 1
      guard let thread = try? start({ state.work(index) }) else { break }
      threads.append(thread)
    }
    state.threadCount = threads.count + 1
    self.state = state
    self.threads = threads
  }

  // The threads own the state, but not the team.
  deinit {
    state.end()
    for thread in threads { thread.join() }
  }

  /// The number of threads, with that of the caller.
  var threadCount: Int { state.threadCount }

  /// Calls the body on every thread and returns when all calls have returned. One call at a time.
  func run() { state.run() }

  /// Waits in the body until all threads have called it; every thread must call it at the same point.
  func meet(_ thread: Int) { state.meet(thread) }
}
