/// An error in a loss-curve file.
package enum LossCurveError: Error, Equatable, Sendable {
  /// The first line lacks a column that every loss curve has.
  case missingColumn(String)
  /// - Parameter line: counted from 1.
  case malformedField(line: Int, column: String, text: String)
  case fieldCount(line: Int, found: Int, expected: Int)
  case noRows
}

extension LossCurveError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missingColumn(let column):
      "not a loss curve (its first line names no column '\(column)'); give a file that lstm-train --log wrote"
    case .malformedField(let line, let column, let text):
      "line \(line) has '\(shortened(text, columns: 30))' as its \(column), which is no such number; mend or remove it"
    case .fieldCount(let line, let found, let expected):
      "line \(line) has \(found) fields, and the first line has \(expected); mend or remove it"
    case .noRows:
      "has no losses to draw yet; wait until training has logged some"
    }
  }
}

extension LossRun {
  private static let columns = ["step", "epoch", "characters", "seconds", "train_loss", "val_loss"]

  /// Reads a loss curve. Columns are found by name, and unknown ones are ignored.
  ///
  /// An incomplete last line, as in the file of a run in progress, is ignored.
  package init(name: String, csv: [UInt8]) throws(LossCurveError) {
    let table = CommaSeparatedTable(csv)
    var indices: [Int] = []
    for column in Self.columns {
      guard let index = table.columns.firstIndex(of: column) else { throw .missingColumn(column) }
      indices.append(index)
    }

    self.init(name: name, rows: [])
    for row in table.rows {
      guard row.fields.count == table.columns.count else {
        throw .fieldCount(line: row.line, found: row.fields.count, expected: table.columns.count)
      }
      let reader = FieldReader(line: row.line, fields: indices.map { row.fields[$0] })
      rows.append(
        Row(
          step: Int(try reader.number(0)), epoch: try reader.number(1), characters: Int(try reader.number(2)),
          seconds: try reader.number(3), trainingLoss: try reader.numberIfAny(4),
          validationLoss: try reader.numberIfAny(5)))
    }
    guard rows.contains(where: { $0.trainingLoss != nil || $0.validationLoss != nil }) else { throw .noRows }
  }

  private struct FieldReader {
    /// Upper limit of values: above it, neither a step nor a loss makes sense, and whole numbers are no longer exact.
    private static let largest = 1e15

    var line: Int
    /// Fields in the order of `columns`.
    var fields: [String]

    func number(_ index: Int) throws(LossCurveError) -> Double {
      guard let value = Double(fields[index]), value >= 0, value <= Self.largest else {
        throw .malformedField(line: line, column: columns[index], text: fields[index])
      }
      return value
    }

    func numberIfAny(_ index: Int) throws(LossCurveError) -> Double? {
      fields[index].isEmpty ? nil : try number(index)
    }
  }
}
