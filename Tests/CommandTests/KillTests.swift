import Foundation
import Testing

/// A short run of `kill-test.sh`.
struct KillTests {
  @Test func killedRunsHaveTheSameResults() throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../kill-test.sh").path
    let outcome = try WorkFolder().shell("bash \"$1\" 15 \"$0\"", .train, script)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(
      outcome.output.wholeMatch(
        of: /15 kills in [0-9]+ runs of 144 steps: every run resumed, at most [01] step lost, all results equal\n/)
        != nil, "\(outcome.output)")
  }
}
