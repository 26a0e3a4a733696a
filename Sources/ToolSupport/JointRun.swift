internal import Checksums
package import CommandLineSupport
package import MessagePassing
package import RecurrentEngine
internal import SystemCalls

/// A tool's run by several processes that a launcher such as `mpirun` has started, or by one alone.
///
/// The leader alone writes files and messages. Before the first step all processes compare their inputs, so that an
/// error on any node ends all of them with one message.
package final class JointRun {
  package let processes: any ProcessGroup
  /// The number of threads of this process if none is given: its share of the CPUs that it may use.
  package let defaultThreadCount: Int
  /// The number of threads of all processes if none is given.
  private let defaultThreadsOfAll: Int
  private let tool: String
  private var hasAgreed = false
  /// Whether all processes have failed together, so that none waits for this one.
  private var hasFailedTogether = false

  private init(_ tool: String) {
    self.tool = tool
    processes = Launch.begin()
    let available = Machine.availableCPUs
    guard processes.count > 1 else {
      (defaultThreadCount, defaultThreadsOfAll) = (available, available)
      return
    }
    // Processes with the same CPUs share them; a launcher that binds its processes gives each of them others.
    let own = CRC32C.checksum(of: "\(processes.nodeName) \(Machine.affinity)")
    let sharing = processes.gather([own]).count { $0 == own }
    let share = max(1, available / sharing)
    defaultThreadCount = share
    defaultThreadsOfAll = processes.gather([share]).reduce(0, +)
  }

  /// Runs a tool, and exits.
  ///
  /// - Parameter body: The tool; it calls ``agree(on:isFinal:)`` before processes work together.
  package static func run<Values>(
    _ command: CommandDefinition<Values>, checksOptions: Bool = true,
    body: (Values, [String], GivenOptions, JointRun) throws -> ExitStatus
  ) -> Never {
    let joint = JointRun(command.name)
    if !joint.processes.isLeader { ThisProcess.silence() }
    Tool.run(name: command.name) {
      guard Launch.processCount == joint.processes.count else { throw ToolError(.usage, refusal) }
      return try joint.conclude { () throws in
        try command.run(Tool.processArguments(), checksOptions: checksOptions) { try body($0, $1, $2, joint) }
      }
    }
  }

  private static var refusal: String {
    "this is one of \(Launch.processCount) processes, and the program was built to work alone; start it alone, or "
      + "build it with --traits MPI"
  }

  private func conclude(_ body: () throws -> ExitStatus) throws -> ExitStatus {
    let result = Result { try settle(Result { try body() }) }
    defer { processes.end() }
    guard case .failure(let error) = result, processes.count > 1 else { return try result.get() }
    // A launcher ends all processes when the first one has failed, so that the message comes before that.
    Tool.printFailure(error, of: tool)
    return ToolError(error, of: tool).status
  }

  /// Waits for the other processes, unless they have failed together with this one, or do not wait for it.
  private func settle(_ result: Result<ExitStatus, any Error>) throws -> ExitStatus {
    if hasFailedTogether { return try result.get() }
    if !hasAgreed {
      var failure: ToolError?
      if case .failure(let error) = result { failure = ToolError(error, of: tool) }
      try agree(on: [], failure: failure)
    } else if case .failure(let error) = result, processes.count > 1, !isReleased {
      // The others wait for this process.
      Tool.printFailure(error, of: tool)
      processes.abort(status: ToolError(error, of: tool).status.rawValue)
    }
    return try result.get()
  }

  /// Whether no other process waits for this one, so that it can end alone.
  package var isReleased = false

  /// The number of threads of all processes together.
  ///
  /// - Parameter given: The number of threads of each process, if it is given.
  package func threadsOfAll(_ given: Int?) -> Int { given.map { $0 * processes.count } ?? defaultThreadsOfAll }

  /// - Throws: `UsageError.conflict` if the processes cannot share the shards of a mini-batch evenly.
  package func check(_ configuration: TrainingConfiguration) throws(UsageError) {
    guard !configuration.allows(processCount: processes.count) else { return }
    let isPower = processes.count.nonzeroBitCount == 1
    throw .conflict(
      "\(processes.count) processes cannot share --shards \(configuration.shardCount) evenly; "
        + (isPower
          ? "start a new run with --shards \(processes.count) or more"
          : "start 1, 2, 4 or another power of two of them"))
  }

  /// A property that all processes must have in common.
  package struct Condition {
    /// A noun for a sentence such as "has another text".
    let name: String
    let value: String
    let remedy: String

    package init(_ name: String, _ value: String, remedy: String) {
      (self.name, self.value, self.remedy) = (name, value, remedy)
    }
  }

  /// The share of this process in the scan of a text, which all processes that can read it do together after they have
  /// agreed; nil for a process alone.
  package func scanShare() -> ScanShare? {
    processes.scanShare { self.hasFailedTogether = true }
  }

  /// Compares the conditions of all processes.
  ///
  /// - Parameter isFinal: Whether the processes work together from now on, so that a failure of one of them ends all at
  ///   once. Before that, they wait for each other in the next agreement.
  /// - Throws: In all processes, `ToolError` if one of them has failed before, or if they differ. The error of the
  ///   leader names the node.
  package func agree(on conditions: [Condition], isFinal: Bool = true) throws(ToolError) {
    try agree(on: conditions, failure: nil)
    hasAgreed = isFinal
  }

  private func agree(on conditions: [Condition], failure: ToolError?) throws(ToolError) {
    guard processes.count > 1 else {
      if let failure { throw failure }
      return
    }
    let statuses = processes.gather([failure?.status.rawValue ?? 0])
    if let failed = statuses.firstIndex(where: { $0 != 0 }) {
      hasFailedTogether = true
      let message = processes.text(failure.map { "\($0.message) (on \(processes.nodeName))" } ?? "", of: failed)
      throw failure ?? ToolError(ExitStatus(rawValue: statuses[failed]) ?? .internalError, message)
    }
    for condition in conditions {
      let all = processes.gather([CRC32C.checksum(of: condition.value)])
      guard let other = all.firstIndex(where: { $0 != all[0] }) else { continue }
      hasFailedTogether = true
      let node = processes.text(processes.nodeName, of: other)
      throw ToolError(
        .usage, "process \(other), on \(node), has another \(condition.name) than process 0; \(condition.remedy)")
    }
  }
}
