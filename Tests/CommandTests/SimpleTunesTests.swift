import Testing

/// Tests of the output of `Examples/simple-tunes.sh`.
struct SimpleTunesTests {
  private func write(_ options: String...) throws -> Outcome {
    try WorkFolder().run(
      "\(PackageFolder.path)/Examples/simple-tunes.sh", options, environment: ["PATH": "/usr/bin:/bin"])
  }

  @Test func barsHaveFourBeatsAndTheThirdRepeatsTheFirst() throws {
    let text = try write("--lines", "200").expectSuccess().output
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count == 200 && Set(lines).count > 190)
    for line in lines {
      let bars = line.split(separator: "|", omittingEmptySubsequences: false)
      try #require(bars.count == 5 && bars[4].isEmpty)
      #expect(bars[0] == bars[2] && bars[3].hasSuffix("C2"))
      for bar in bars.dropLast() {
        #expect(bar.wholeMatch(of: #/([A-Ga-g]2?)+/#) != nil, "\(line)")
        #expect(bar.count { $0.isLetter } + bar.count { $0 == "2" } == 4, "\(line)")
      }
    }
    #expect(try write("--lines", "200").output == text && write("--lines", "200", "--seed", "2").output != text)
  }

  @Test(arguments: [["--lines"], ["--lines", "x"], ["--seed", "-1"], ["--depth", "3"], ["more"]])
  func wrongOptions(options: [String]) throws {
    let outcome = try WorkFolder().run(
      "\(PackageFolder.path)/Examples/simple-tunes.sh", options, environment: ["PATH": "/usr/bin:/bin"])
    #expect(outcome.status == 64 && outcome.errorLines.count == 1 && outcome.output.isEmpty)
  }
}
