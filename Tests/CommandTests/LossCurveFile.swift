import Foundation
import Testing

/// A loss curve, parsed as in a user's script.
struct LossCurveFile {
  static let columns = [
    "step", "epoch", "characters", "seconds", "learning_rate", "train_loss", "train_bpc", "val_loss", "val_bpc",
    "gradient_norm", "characters_per_second", "event",
  ]

  /// The text of each column.
  let rows: [[String: String]]

  init(_ text: String) throws {
    rows = try TableFile(text, columns: Self.columns).rows
  }

  /// Returns the numbers of a column, without its empty fields.
  func numbers(_ column: String) -> [Double] { rows.compactMap { $0[column].flatMap(Double.init) } }

  func expectWellFormed() {
    #expect(!rows.isEmpty)
    let decimals = ["epoch": 4, "train_loss": 6, "train_bpc": 6, "val_loss": 6, "val_bpc": 6, "gradient_norm": 6]
    for row in rows {
      // A row may report only an undone step.
      let mayBeEmpty: Set =
        row["event"] == "undone" ? ["val_loss", "val_bpc", "train_loss", "train_bpc"] : ["val_loss", "val_bpc"]
      for (column, field) in row where column != "event" && !(field.isEmpty && mayBeEmpty.contains(column)) {
        let parts = field.split(separator: ".", omittingEmptySubsequences: false)
        #expect(parts.count <= 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }, "\(column) \(field)")
        if let count = decimals[column] {
          #expect(parts.count == 2 && parts.last?.count == count, "\(column) \(field)")
        }
      }
      for kind in ["train", "val"] {
        let nats = row["\(kind)_loss"].flatMap(Double.init)
        let bits = row["\(kind)_bpc"].flatMap(Double.init)
        #expect((nats == nil) == (bits == nil))
        // Each number is rounded to half a millionth.
        if let nats, let bits { #expect(abs(bits - nats / log(2)) < 2e-6) }
      }
    }
    for column in ["step", "epoch", "characters"] {
      let numbers = numbers(column)
      let events = rows.map { $0["event"] }
      for index in numbers.indices.dropFirst() {
        let mayStay = column == "characters" && events[index] == "undone"
        let (previous, number) = (numbers[index - 1], numbers[index])
        #expect(previous < number || (mayStay && previous == number), "\(column) grows")
      }
    }
    let seconds = numbers("seconds")
    #expect(zip(seconds, seconds.dropFirst()).allSatisfy { $0 <= $1 })
  }
}
