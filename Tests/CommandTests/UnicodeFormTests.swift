import Foundation
import Testing

/// Tests of letters with accents in both Unicode forms, and of punctuation that is plain in one text and typographic in
/// another.
struct UnicodeFormTests {
  private static let composed = String(repeating: "Der Bäcker hört “süße” Töne, Việt's café.\n", count: 60)
    .precomposedStringWithCanonicalMapping
  private static let decomposed = composed.decomposedStringWithCanonicalMapping

  /// Trains a model on one form, and writes texts in both.
  private func makeFolder(_ text: String, _ options: String...) throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.write(text, to: "text.txt")
    try folder.write(Self.composed, to: "composed.txt")
    try folder.write(Self.decomposed, to: "decomposed.txt")
    try folder.train(options + ["--epochs", "1"]).expectSuccess()
    return folder
  }

  @Test(arguments: ["character", "grapheme"])
  func theOtherForm(unit: String) throws {
    let forms = [(name: "composed", short: "NFC"), (name: "decomposed", short: "NFD")]
    for (own, other) in [(forms[0], forms[1]), (forms[1], forms[0])] {
      let folder = try makeFolder(own.name == "composed" ? Self.composed : Self.decomposed, "--unit", unit)
      let refused = try folder.score(["\(other.name).txt"])
      #expect(refused.status == 65)
      #expect(
        refused.error.hasSuffix(
          " (the text has \(other.name) letters (\(other.short)), and the model knows \(own.name) ones (\(own.short))); "
            + "use --unknown nearest, charge (each costs ln V) or skip\n"), "\(refused.error)")
      let own = try folder.scores(["\(own.name).txt"]).total
      let nearest = try folder.scores(["--unknown", "nearest", "\(other.name).txt"]).total
      #expect(nearest.nats == own.nats && nearest.characters == own.characters && nearest.unknownCharacters == 0)
      let samples = try ["composed", "decomposed"].map { form in
        try folder.run(
          .sample,
          ["--prime-file", "\(form).txt", "--unknown", "nearest", "--seed", "1", "--length", "9", "checkpoint.bin"]
        ).expectSuccess().output
      }
      #expect(samples[0] == samples[1])
    }
  }

  @Test func typographicPunctuation() throws {
    let folder = try makeFolder("it's \"so\" - and so on...\n" + TinyTraining.text)
    try folder.write("it’s “so” – and so on…\n", to: "curly.txt")
    try folder.write("it's \"so\" - and so on...\n", to: "straight.txt")
    try folder.score(["curly.txt"]).expect(
      status: 65,
      error: "lstm-score: curly.txt: '’' (U+2019) at byte 2 is not in the model's vocabulary (the model knows ''' "
        + "(U+0027)); use --unknown nearest, charge (each costs ln V) or skip\n")
    let curly = try folder.score(["--unknown", "nearest", "curly.txt"])
    #expect(curly.error == "lstm-score: notice: curly.txt: 5 characters replaced by the nearest\n")
    let totals = try ["curly.txt", "straight.txt"].map { try folder.scores(["--unknown", "nearest", $0]).total }
    #expect(totals[0].nats == totals[1].nats && totals[0].characters == totals[1].characters)
    #expect(
      try folder.run(.sample, ["--prime", "it’s", "--unknown", "nearest", "--length", "1", "checkpoint.bin"]).error
        == "lstm-sample: notice: --prime: not in the model's vocabulary: 1 character replaced by the nearest\n")
  }

  @Test func bothFormsInOneText() throws {
    let folder = try WorkFolder()
    for unit in ["character", "grapheme"] {
      for (text, isMixed) in [
        (Self.composed + Self.decomposed, true), (Self.composed, false), (Self.decomposed, false),
        (String(repeating: "ñandú ɔ\u{303} n\n", count: 80), false),
      ] {
        try folder.write(text, to: "text.txt")
        let outcome = try folder.train("--dry-run", "--unit", unit).expectSuccess()
        let notices = outcome.errorLines.filter { $0.contains("composed (NFC)") }
        #expect(notices.count == (isMixed ? 1 : 0), "\(notices)")
        #expect(notices.allSatisfy { $0.hasSuffix("; uconv -x nfc makes them alike") })
      }
    }
  }
}
