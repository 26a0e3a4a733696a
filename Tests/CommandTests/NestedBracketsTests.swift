import Testing

/// Tests of the output of `Examples/nested-brackets.sh`.
struct NestedBracketsTests {
  private func write(_ options: String...) throws -> Outcome {
    try WorkFolder().run(
      "\(PackageFolder.path)/Examples/nested-brackets.sh", options, environment: ["PATH": "/usr/bin:/bin"])
  }

  @Test func eachLineIsClosedAsItWasOpened() throws {
    let text = try write("--lines", "300").expectSuccess().output
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count == 300)
    var deepest = 0
    for line in lines {
      var open: [Character] = []
      for (place, character) in line.enumerated() {
        switch character {
        case "(": open.append(")")
        case "[": open.append("]")
        case "{": open.append("}")
        case ")", "]", "}": #expect(open.popLast() == character, "\(line)")
        default: #expect("etaoinshrdlu".contains(character))
        }
        deepest = max(deepest, open.count)
        #expect(open.isEmpty == (place == line.count - 1), "\(line)")
      }
    }
    #expect(deepest == 8)
    #expect(try write("--lines", "300").output == text && write("--lines", "300", "--seed", "2").output != text)
  }

  @Test(arguments: [["--lines"], ["--lines", "x"], ["--seed", "-1"], ["--depth", "3"], ["more"]])
  func wrongOptions(options: [String]) throws {
    let outcome = try WorkFolder().run(
      "\(PackageFolder.path)/Examples/nested-brackets.sh", options, environment: ["PATH": "/usr/bin:/bin"])
    #expect(outcome.status == 64 && outcome.errorLines.count == 1 && outcome.output.isEmpty)
  }

  @Test func help() throws {
    #expect(try write("--help").expectSuccess().output.hasPrefix("Writes lines of letters in nested brackets"))
  }
}
