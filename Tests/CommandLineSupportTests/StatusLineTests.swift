import Testing

@testable import CommandLineSupport

@Suite struct StatusLineTests {
  private let line = StatusLine([
    .init("epoch 1", rank: 3, wider: ["epoch 1 of 9"]), .init("train 2.5", rank: 1), .init("▁▂", rank: 2),
    .init("8 s left", rank: 0),
  ])

  @Test(arguments: [
    (80, "epoch 1 of 9  train 2.5  ▁▂  8 s left"), (37, "epoch 1 of 9  train 2.5  ▁▂  8 s left"),
    (36, "epoch 1  train 2.5  ▁▂  8 s left"), (31, "train 2.5  ▁▂  8 s left"), (22, "train 2.5  8 s left"),
    // The first part does not fit, and a less important one does.
    (18, "▁▂  8 s left"), (8, "8 s left"), (3, "8 s"), (0, ""),
  ])
  func asManyPartsAsFit(columns: Int, text: String) {
    #expect(line.text(columns: columns) == text)
  }

  @Test func plainTextHasThemAll() {
    #expect(line.plainText == "epoch 1  train 2.5  ▁▂  8 s left")
    #expect(StatusLine("a\nb").plainText == "a\\nb")
  }

  @Test func asciiIsMeasuredAsItIsShown() {
    let line = StatusLine([.init("2 × 3 …", rank: 0), .init("é", rank: 1)]).ascii
    #expect(line.text(columns: 40) == "2 x 3 ...  \\u{E9}")
    #expect(line.text(columns: 16) == "2 x 3 ...")
  }
}
