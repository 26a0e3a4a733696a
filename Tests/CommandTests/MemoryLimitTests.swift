import Foundation
import Testing

#if os(Linux)
/// Limits on the address space.
struct MemoryLimitTests {
  private static let commands = [
    "lstm-train --overwrite --threads 2 --hidden 300 --steps 1 text.txt",
    "lstm-sample --threads 2 --length 5 checkpoint.bin",
    "lstm-score --threads 2 checkpoint.bin text.txt",
    "lstm-inspect checkpoint.bin",
    "lstm-study overfit --threads 2 --steps 1 text.txt",
    "lstm-bench loading --threads 2 --seconds 0.001 --loading-size 1",
  ]

  private static let hasSanitizer = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil

  /// With any limit, a command succeeds or reports the memory that it needs, and never crashes. Below the lowest
  /// limits it cannot be loaded.
  @Test(.disabled(if: hasSanitizer, "a sanitizer reserves more address space than any limit"), arguments: commands)
  func noLimitMakesAToolCrash(command: String) throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    var statuses: Set<Int32> = []
    for megabytes in [64, 128, 160, 192, 224, 256, 320, 400, 512, 1024, 2048] {
      let outcome = try folder.bash("ulimit -v $((\(megabytes) * 1024)); exec \(command)")
      // 127 is the status of the loader.
      #expect([0, 64, 76, 127].contains(outcome.status), "\(megabytes) MB: \(outcome.error)")
      if outcome.status == 64 {
        let line = outcome.errorLines.last ?? ""
        let tool = command.prefix { $0 != " " }
        #expect(line.hasPrefix("\(tool): ") && line.contains(" of memory"), "\(line)")
      }
      statuses.insert(outcome.status)
    }
    #expect(statuses.contains(64) && !statuses.isDisjoint(with: [0, 76]), "\(statuses)")
  }

  /// An estimate before the text is read is reported as a minimum, and does not exceed the final requirement.
  @Test func theNeedIsStatedOnce() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let early = try folder.bash("lstm-train --hidden 200000 --layers 1 text.txt")
    #expect(early.status == 64)
    #expect(
      early.error.wholeMatch(of: /lstm-train: training needs at least [0-9.]+ [TPE]B of memory, and .*\n/) != nil,
      "\(early.error)")
    let plan = try folder.train("--dry-run", "--gradient-flow-every", "5")
    let with = try folder.train("--gradient-flow-every", "5", "--stop-after", "1")
    func need(_ outcome: Outcome) throws -> Double {
      let match = try #require(outcome.error.firstMatch(of: /parameters; ([0-9.]+) MB of memory/), "\(outcome.error)")
      return try #require(Double(match.1))
    }
    #expect(try need(with) > need(plan), "the measurements need memory, too")
  }
}
#endif
