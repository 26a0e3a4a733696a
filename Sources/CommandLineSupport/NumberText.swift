/// Formatting of quantities for people: the same on every machine and in every locale.
public enum NumberText {
  /// Returns `1115394` as `1,115,394`.
  public static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }

  /// Returns a count with its noun, such as `1 character` or `1,200 characters`.
  public static func counted(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Returns a count with its noun, in plain digits because it may become the value of an option: `1200 steps`.
  public static func plain(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// Returns the shortest text that reads back as the same number: `0.002`, but `1` rather than `1.0`.
  public static func shortest(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Returns the shortest text of the number rounded to `digits` significant digits: `0.0123457`, `1.23457e-12`.
  ///
  /// - Parameter digits: 1 to 15.
  public static func significant(_ value: Double, digits: Int) -> String {
    guard value.isFinite, value != 0 else { return shortest(value) }
    // Repeated division and multiplication by ten cause an error smaller than the digits that are left out.
    var mantissa = value
    var exponent = 0
    while mantissa.magnitude >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa.magnitude < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return shortest(Double("\(fixed(mantissa, decimals: digits - 1))e\(exponent)") ?? value)
  }

  /// Returns bytes in decimal units: `999 B`, `12.3 MB`.
  public static func byteSize(_ byteCount: Int) -> String {
    let sign = byteCount < 0 ? "-" : ""
    let magnitude = UInt64(byteCount.magnitude)
    guard magnitude >= 1000 else { return "\(sign)\(magnitude) B" }
    var tenthOfUnit: UInt64 = 100
    for unit in ["kB", "MB", "GB", "TB", "PB", "EB"] {
      let tenths = (magnitude + tenthOfUnit / 2) / tenthOfUnit
      // Tested after rounding, so that 999,999 bytes are 1.0 MB and not 1000.0 kB.
      if tenths < 10_000 { return "\(sign)\(tenths / 10).\(tenths % 10) \(unit)" }
      tenthOfUnit *= 1000
    }
    return "\(byteCount) B"
  }

  /// Returns seconds in the two largest relevant units: `4.2 s`, `38 s`, `2 min 05 s`, `1 h 02 min`, `3 d 04 h`.
  ///
  /// A value that is not a duration (negative, infinite, over thirty thousand years) is `?`.
  public static func duration(seconds: Double) -> String {
    guard seconds >= 0, seconds < 1e12 else { return "?" }
    let tenths = Int((seconds * 10).rounded())
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    let minutes = Int((seconds / 60).rounded())
    if minutes < 24 * 60 { return "\(minutes / 60) h \(twoDigits(minutes % 60)) min" }
    let hours = Int((seconds / 3600).rounded())
    return "\(hours / 24) d \(twoDigits(hours % 24)) h"
  }

  /// Returns a rate such as `184,312 characters/s`, with one decimal below 100.
  public static func rate(_ perSecond: Double, unit: String) -> String {
    guard perSecond.magnitude < 1e15 else { return "? \(unit)/s" }
    let isLarge = perSecond.magnitude >= 99.95
    let number = isLarge ? grouped(Int(perSecond.rounded())) : fixed(perSecond, decimals: 1)
    return "\(number) \(unit)/s"
  }

  private static func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }
}
