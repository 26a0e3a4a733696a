internal import CommandLineSupport

/// Results on standard output, written as they are measured, as text or CSV.
struct Report {
  /// Fraction of a limit that was reached.
  struct Share {
    var value: Double
    var limit: String
  }

  private let isCSV: Bool

  init(isCSV: Bool) {
    self.isCSV = isCSV
  }

  /// - Throws: `OutputError`
  func begin() throws {
    if isCSV { try write("name,value,unit,share_of_roof") }
  }

  /// - Throws: `OutputError`
  func add(_ name: String, _ text: String) throws {
    try write(isCSV ? "\(name),\(text),," : label(name) + text)
  }

  /// - Throws: `OutputError`
  func add(_ name: String, _ value: Double, decimals: Int, unit: String, share: Share? = nil) throws {
    let value = NumberText.fixed(value, decimals: decimals)
    let ratio = share.map { NumberText.fixed($0.value, decimals: 3) } ?? ""
    let remark = share.map { ", \(ratio) of \($0.limit)" } ?? ""
    try write(isCSV ? "\(name),\(value),\(unit),\(ratio)" : label(name) + aligned(value) + " \(unit)" + remark)
  }

  private func write(_ line: String) throws { try OutputDescriptor.standardOutput.write(line + "\n") }

  private func label(_ name: String) -> String {
    let words = name.split(separator: "_").joined(separator: " ")
    return words + String(repeating: " ", count: max(1, 26 - words.count))
  }

  private func aligned(_ value: String) -> String { String(repeating: " ", count: max(0, 10 - value.count)) + value }
}
