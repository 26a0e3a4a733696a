import Foundation
import Synchronization
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct ThreadTeamTests {
  /// Counts of the calls, and of the calls that began before all threads had finished the previous stage.
  private final class Record: Sendable {
    let calls = Atomic(0)
    let wrongs = Atomic(0)
  }

  private func makeTeam(_ threadCount: Int, stages: Int, _ record: Record) -> ThreadTeam {
    ThreadTeam(threadCount: threadCount, body: Self.body(threadCount, stages: stages, record))
  }

  private static func body(_ threadCount: Int, stages: Int, _ record: Record) -> ThreadTeam.Body {
    { team, thread in
      for stage in 0..<stages {
        if stage > 0 { team.meet(thread) }
        let perRun = stages * threadCount
        let seen = record.calls.load(ordering: .relaxed) % perRun
        // All calls of the previous stages, and some of this one.
        if !(stage * threadCount..<(stage + 1) * threadCount).contains(seen) {
          record.wrongs.add(1, ordering: .relaxed)
        }
        record.calls.add(1, ordering: .relaxed)
      }
    }
  }

  /// Includes more threads than most machines have CPUs.
  @Test(arguments: [1, 2, 3, 8], [1, 2, 5])
  func everyThreadDoesEveryStageInTurn(threadCount: Int, stages: Int) {
    let record = Record()
    let team = makeTeam(threadCount, stages: stages, record)
    for run in 1...200 {
      team.run()
      #expect(record.calls.load(ordering: .relaxed) == run * stages * threadCount)
    }
    #expect(record.wrongs.load(ordering: .relaxed) == 0)
  }

  /// The system creates only two threads.
  @Test func fewerThreadsThanAskedFor() {
    let record = Record()
    let started = Atomic(0)
    let team = ThreadTeam(
      threadCount: 8,
      start: { body throws(SystemError) in
        guard started.add(1, ordering: .relaxed).newValue <= 2 else { throw SystemError(number: EAGAIN) }
        return try SystemThread(body)
      }, body: Self.body(3, stages: 2, record))
    #expect(team.threadCount == 3)
    for run in 1...20 {
      team.run()
      #expect(record.calls.load(ordering: .relaxed) == run * 6)
    }
    #expect(record.wrongs.load(ordering: .relaxed) == 0)
  }

  /// Pauses around the time after which idle threads sleep.
  @Test func sleepersWakeUp() {
    let record = Record()
    let team = makeTeam(2, stages: 2, record)
    for run in 1...60 {
      team.run()
      #expect(record.calls.load(ordering: .relaxed) == run * 4)
      usleep(UInt32(run) * 100)
    }
    #expect(record.wrongs.load(ordering: .relaxed) == 0)
  }
}
