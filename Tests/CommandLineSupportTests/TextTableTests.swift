import CommandLineSupport
import Testing

struct TextTableTests {
  @Test func columnsAreAsWideAsTheirWidestText() {
    let rows = [["cell", "loss", "n"], ["l", "1.25", "10"], ["größe", "2", ""], ["only"]]
    #expect(
      TextTable.lines(rows, indent: 2) == [
        "  cell   loss   n",
        "  l      1.25  10",
        "  größe     2",
        "  only",
      ])
    #expect(TextTable.lines([]) == [])
  }
}
