// Overloads that the synthesized coding of TrainingConfiguration calls. A default value is not written, so that a
// checkpoint has the same bytes as before the setting existed; a missing key is read as the default.

extension KeyedDecodingContainer {
  func decode(_ type: Connection.Type, forKey key: Key) throws -> Connection {
    try decodeIfPresent(type, forKey: key) ?? .plain
  }

  func decode(_ type: LearningRateSchedule.Type, forKey key: Key) throws -> LearningRateSchedule {
    try decodeIfPresent(type, forKey: key) ?? LearningRateSchedule()
  }

  func decode(_ type: MalformedUTF8Policy.Type, forKey key: Key) throws -> MalformedUTF8Policy {
    try decodeIfPresent(type, forKey: key) ?? .error
  }

  func decode(_ type: Regularization.Type, forKey key: Key) throws -> Regularization {
    try decodeIfPresent(type, forKey: key) ?? Regularization()
  }

  func decode(_ type: TextDivision.Type, forKey key: Key) throws -> TextDivision {
    try decodeIfPresent(type, forKey: key) ?? TextDivision()
  }
}

extension KeyedEncodingContainer {
  mutating func encode(_ value: Connection, forKey key: Key) throws {
    try encodeIfPresent(value == .plain ? nil : value, forKey: key)
  }

  mutating func encode(_ value: Regularization, forKey key: Key) throws {
    try encodeIfPresent(value == Regularization() ? nil : value, forKey: key)
  }

  mutating func encode(_ value: TextDivision, forKey key: Key) throws {
    try encodeIfPresent(value == TextDivision() ? nil : value, forKey: key)
  }
}
