internal import CommandLineSupport

/// The results on standard output, each as soon as it is known: lines for people, or CSV.
struct Report {
  private let isCSV: Bool

  init(isCSV: Bool) {
    self.isCSV = isCSV
  }

  /// - Throws: `OutputError`
  func begin() throws {
    if isCSV { try OutputDescriptor.standardOutput.write("name,value,unit,share_of_roof\n") }
  }

  /// - Throws: `OutputError`
  func add(_ name: String, _ text: String) throws {
    try write(isCSV ? "\(name),\(text),," : label(name) + text)
  }

  /// - Throws: `OutputError`
  func add(_ name: String, _ value: Double, decimals: Int, unit: String) throws {
    let value = NumberText.fixed(value, decimals: decimals)
    try write(isCSV ? "\(name),\(value),\(unit)," : label(name) + aligned(value) + " \(unit)")
  }

  /// - Throws: `OutputError`
  func add(_ name: String, gigaflops: Double, roof: Double) throws {
    let value = NumberText.fixed(gigaflops, decimals: 2)
    let share = NumberText.fixed(gigaflops / roof, decimals: 3)
    try write(isCSV ? "\(name),\(value),GFLOP/s,\(share)" : "\(label(name))\(aligned(value)) GFLOP/s, \(share) of roof")
  }

  private func write(_ line: String) throws { try OutputDescriptor.standardOutput.write(line + "\n") }

  private func label(_ name: String) -> String {
    let words = name.split(separator: "_").joined(separator: " ")
    return words + String(repeating: " ", count: max(1, 26 - words.count))
  }

  private func aligned(_ value: String) -> String { String(repeating: " ", count: max(0, 10 - value.count)) + value }
}
