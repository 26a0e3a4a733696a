/// A setting that a checkpoint omits if it has its default, so that the file has the same bytes as before the setting
/// existed.
package protocol OmittedDefault: Codable, Equatable {
  /// The value of a checkpoint without the setting.
  static var omitted: Self { get }
}

// Overloads that synthesized coding calls for such settings.

extension KeyedEncodingContainer {
  package mutating func encode<Value: OmittedDefault>(_ value: Value, forKey key: Key) throws {
    try encodeIfPresent(value == .omitted ? nil : value, forKey: key)
  }
}

extension KeyedDecodingContainer {
  package func decode<Value: OmittedDefault>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try decodeIfPresent(type, forKey: key) ?? .omitted
  }
}
