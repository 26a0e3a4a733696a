extension Connection: OmittedDefault {
  package static let omitted = plain
}

extension Regularization: OmittedDefault {
  package static let omitted = Regularization()
}

extension TextDivision: OmittedDefault {
  package static let omitted = TextDivision()
}

// Overloads that the synthesized coding of TrainingConfiguration calls. These settings are always written, but older
// checkpoints lack them.
extension KeyedDecodingContainer {
  func decode(_ type: LearningRateSchedule.Type, forKey key: Key) throws -> LearningRateSchedule {
    try decodeIfPresent(type, forKey: key) ?? LearningRateSchedule()
  }

  func decode(_ type: MalformedUTF8Policy.Type, forKey key: Key) throws -> MalformedUTF8Policy {
    try decodeIfPresent(type, forKey: key) ?? .error
  }
}
