internal import CommandLineSupport
internal import RecurrentEngine

/// The contents of a run's status line.
struct TrainingStatus {
  /// Mean training loss since the last row of the loss curve, in nats per character; nil if every step was skipped.
  var trainingLoss: Double?
  /// Loss of the last validation, in nats per character.
  var validationLoss: Double?
  var epoch: Double
  /// Maximum number of epochs; nil if the run has no such limit.
  var epochCount: Int?
  var charactersPerSecond: Double
  /// Estimated seconds to the end of the run; infinite if only a signal ends it.
  var secondsLeft: Double
  var course: Sparkline

  func line(showsUnicode: Bool) -> StatusLine {
    typealias Part = StatusLine.Part
    func text(_ loss: Double) -> String { NumberText.fixed(loss, decimals: 4) }
    let epochs = NumberText.fixed(epoch, decimals: 2)
    var parts = [
      Part("epoch \(epochs)", rank: 8, wider: epochCount.map { ["epoch \(epochs) of \($0)"] } ?? [])
    ]
    if let trainingLoss { parts.append(Part("train \(text(trainingLoss))", rank: 2)) }
    if let validationLoss {
      let bits = NumberText.fixed(validationLoss * bitsPerNat, decimals: 3)
      let short = "val \(text(validationLoss))"
      parts.append(Part(short, rank: 3, wider: ["\(short) (\(bits) bpc)", "\(short) (\(bits) bits per character)"]))
    }
    if showsUnicode {
      parts.append(Part(course.text(columns: 8), rank: 5, wider: [16, 32].map(course.text)))
    }
    let rate = NumberText.rate(charactersPerSecond, unit: "characters")
    return StatusLine(
      parts + [
        Part(NumberText.rate(charactersPerSecond / 1000, unit: "k"), rank: 6, wider: [rate])
      ] + (secondsLeft.isFinite ? [Part("\(NumberText.duration(seconds: secondsLeft)) left", rank: 0)] : []))
  }
}
