/// An error in a request, which becomes its answer.
package struct RequestError: Error, Equatable {
  /// The member, the problem and the remedy.
  package let message: String

  package init(_ message: String) { self.message = message }
}

/// A request: the members of a JSON object.
package struct Request: Sendable {
  /// The number or text that identifies the request; nil if there is none.
  private(set) var id: JSONValue?
  private let members: [String: JSONValue]

  /// - Throws: `RequestError` unless the bytes are a JSON object.
  init(_ bytes: [UInt8]) throws(RequestError) {
    guard case .object(let members)? = try? JSONParser.parse(bytes) else {
      throw RequestError("the line is not a JSON object; give one object a line")
    }
    self.members = members
    switch members["id"] {
    case .text, .integer, .number: id = members["id"]
    default: break
    }
  }

  /// Checks the names of all members.
  ///
  /// - Throws: `RequestError` for an unknown member, or an ID that is neither a number nor a text.
  package func check(names: [String]) throws(RequestError) {
    if let value = members["id"], id == nil { throw mismatch("id", value, "a number or a text") }
    let unknown = members.keys.filter { $0 != "id" && !names.contains($0) }.sorted()
    guard let first = unknown.first else { return }
    throw RequestError("\(first): unknown member; known are \(names.joined(separator: ", ")) and id")
  }

  /// Whether the request has a member.
  package func has(_ name: String) -> Bool { members[name] != nil }

  /// The text of a member; nil if there is none.
  package func text(_ name: String) throws(RequestError) -> String? {
    switch members[name] {
    case nil: nil
    case .text(let value): value
    case let value?: throw mismatch(name, value, "a text")
    }
  }

  /// The texts of a member that is an array; nil if there is none.
  package func texts(_ name: String) throws(RequestError) -> [String]? {
    guard let value = members[name] else { return nil }
    guard case .array(let elements) = value else { throw mismatch(name, value, "an array of texts") }
    return try elements.map { (element) throws(RequestError) in
      guard case .text(let text) = element else { throw mismatch(name, element, "an array of texts") }
      return text
    }
  }

  /// The boolean of a member; false if there is none.
  package func flag(_ name: String) throws(RequestError) -> Bool {
    switch members[name] {
    case nil: false
    case .boolean(let value): value
    case let value?: throw mismatch(name, value, "true or false")
    }
  }

  /// The whole number of a member; nil if there is none.
  package func integer(_ name: String, in range: ClosedRange<UInt64>) throws(RequestError) -> UInt64? {
    guard let value = members[name] else { return nil }
    guard case .integer(let number) = value, range.contains(number) else {
      throw mismatch(name, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The number of a member; nil if there is none.
  ///
  /// - Parameter allowed: The condition of valid numbers, and its phrase in messages.
  package func number(
    _ name: String, _ allowed: String, where isValid: (Double) -> Bool
  ) throws(RequestError) -> Double? {
    guard let value = members[name] else { return nil }
    let number: Double? =
      switch value {
      case .integer(let number): Double(number)
      case .number(let number): number
      default: nil
      }
    guard let number, isValid(number) else { throw mismatch(name, value, allowed) }
    return number
  }

  private func mismatch(_ name: String, _ value: JSONValue, _ allowed: String) -> RequestError {
    let given =
      switch value {
      case .integer(let number): "\(number)"
      case .number(let number): "\(number)"
      default: value.kind
      }
    return RequestError("\(name): takes \(allowed), not \(given)")
  }
}
