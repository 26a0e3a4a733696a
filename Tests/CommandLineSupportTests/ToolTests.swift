import CommandLineSupport
import Foundation
import Testing

@Suite struct ToolTests {
  @Test func statusesAreThoseOfTheContract() {
    #expect(ExitStatus.allCases.map(\.rawValue) == [0, 64, 65, 66, 70, 73, 74, 76, 130, 143])
  }

  @Test func theBodyDecidesTheStatus() async {
    let result = await #expect(processExitsWith: .exitCode(130), observing: [\.standardErrorContent]) {
      Tool.run(name: "tool") {
        try OutputDescriptor.standardError.write("saved\n")
        return .interrupted
      }
    }
    #expect(text(result?.standardErrorContent) == "saved\n")
  }

  @Test func anErrorIsOneLine() async {
    let result = await #expect(processExitsWith: .exitCode(66), observing: [\.standardErrorContent]) {
      Tool.run(name: "tool") { throw ToolError(.cannotOpenInput, "cannot open 'a\nb\u{1B}[31m': no such file") }
    }
    #expect(text(result?.standardErrorContent) == "tool: cannot open 'a\\nb\\u{1B}[31m': no such file\n")
  }

  @Test func usageErrorsExitWith64() async {
    let result = await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
      Tool.run(sampleCommand, arguments: ["--hiden", "3"]) { _, _, _ in .ok }
    }
    #expect(text(result?.standardErrorContent) == "lstm-train: unknown option '--hiden'; did you mean '--hidden'?\n")
  }

  @Test func theBodyGetsValuesAndOperands() async {
    await #expect(processExitsWith: .exitCode(143)) {
      Tool.run(sampleCommand, arguments: ["--hidden", "3", "a"]) { values, operands, _ in
        values.hiddenSize == 3 && operands == ["a"] ? .terminated : .ok
      }
    }
  }

  @Test func helpGoesToStandardOutput() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      setenv("COLUMNS", "70", 1)
      Tool.run(sampleCommand, arguments: ["--help"]) { _, _, _ in .internalError }
    }
    #expect(text(result?.standardOutputContent) == sampleCommand.helpText(width: 70))
  }

  @Test func versionGoesToStandardOutput() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      Tool.run(sampleCommand, arguments: ["--version"]) { _, _, _ in .internalError }
    }
    #expect(text(result?.standardOutputContent) == "lstm-train 1.2.3\n")
  }

  @Test func aClosedPipeEndsTheToolQuietly() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      var ends: [Int32] = [-1, -1]
      try #require(pipe(&ends) == 0)
      close(ends[0])
      dup2(ends[1], STDOUT_FILENO)
      Tool.run(name: "tool") {
        try OutputDescriptor.standardError.write("begun\n")
        while true { try OutputDescriptor.standardOutput.write("more\n") }
      }
    }
    #expect(text(result?.standardErrorContent) == "begun\n")
  }

  @Test func outputThatFailsIsAnInputOutputError() async {
    let result = await #expect(processExitsWith: .exitCode(74), observing: [\.standardErrorContent]) {
      Tool.run(name: "tool") {
        // If the descriptor were closed, another thread could reuse its number.
        dup2(open("/dev/null", O_RDONLY), STDOUT_FILENO)
        try OutputDescriptor.standardOutput.write("x")
        return .ok
      }
    }
    #expect(
      text(result?.standardErrorContent)
        == "tool: cannot write to standard output: Bad file descriptor; check where it goes to\n")
  }

  @Test func aFileNeverTakesThePlaceOfAClosedStream() async {
    await #expect(processExitsWith: .exitCode(66)) {
      for stream: Int32 in 0...2 { close(stream) }
      Tool.run(name: "tool") { open("/dev/null", O_RDWR) > 2 ? .cannotOpenInput : .internalError }
    }
  }

  @Test func anyOtherErrorIsInternal() async {
    struct Surprise: Error {
      let size = 3
    }
    let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
      Tool.run(name: "tool") { throw Surprise() }
    }
    #expect(text(result?.standardErrorContent) == "tool: internal error: Surprise(size: 3)\n")
  }

  private func text(_ bytes: [UInt8]?) -> String {
    bytes.map { String(decoding: $0, as: UTF8.self) } ?? "nothing was observed"
  }
}
