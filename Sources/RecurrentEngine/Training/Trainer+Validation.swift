extension Trainer {
  /// Computes the validation loss in nats per character, and keeps a copy of the parameters if it is the lowest so far.
  /// If the parameters are averaged, the average is validated and kept.
  ///
  /// - Parameter isCancelled: Called periodically; evaluation stops if it returns true.
  /// - Returns: Nil if there is no validation set, or if the evaluation was cancelled.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  @discardableResult
  public func validate(isCancelled: () -> Bool = { false }) throws(CorpusError) -> Double? {
    announce(.validate)
    return try validateTogether(isCancelled: isCancelled)
  }

  func validateTogether(isCancelled: () -> Bool) throws(CorpusError) -> Double? {
    guard
      let loss = try evaluation?.loss(of: validatedModel, threadCount: threadCount, isCancelled: isCancelled)
    else { return nil }
    if loss < progress.best?.loss ?? .infinity {
      progress.best = .init(loss: loss, step: progress.step)
      progress.validationsSinceBest = 0
      progress.restartCount = nil
      keep(validatedModel.parameters)
    } else {
      progress.validationsSinceBest += 1
      let schedule = configuration.schedule
      if schedule.kind == .plateau, progress.validationsSinceBest % schedule.decayEvery == 0,
        progress.rateFactor > 1e-6
      {
        progress.rateFactor *= schedule.decayRate
      }
    }
    return loss
  }

  /// Computes the loss of the selected model on the test set, in nats per character.
  ///
  /// - Parameter isCancelled: Called periodically; evaluation stops if it returns true.
  /// - Returns: Nil if there is no test set, or if the evaluation was cancelled.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func testLoss(isCancelled: () -> Bool = { false }) throws(CorpusError) -> Double? {
    announce(.test)
    return try testTogether(isCancelled: isCancelled)
  }

  func testTogether(isCancelled: () -> Bool) throws(CorpusError) -> Double? {
    try testEvaluation?.loss(of: selectedModel, threadCount: threadCount, isCancelled: isCancelled)
  }

  /// Computes the mean length of a validation character in UTF-8 bytes, to compare losses of different units.
  ///
  /// - Returns: NaN if there is no validation set.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func validationBytesPerCharacter() throws(CorpusError) -> Double {
    announce(.countValidationBytes)
    return try evaluation?.bytesPerCharacter() ?? .nan
  }

  /// Computes the mean length of a test character in UTF-8 bytes; NaN if there is no test set.
  public func testBytesPerCharacter() throws(CorpusError) -> Double {
    announce(.countTestBytes)
    return try testEvaluation?.bytesPerCharacter() ?? .nan
  }

  /// Keeps a copy of the parameters as the best.
  func keep(_ parameters: FloatBuffer) {
    if bestModel == nil { bestModel = LanguageModel(copying: model) }
    bestModel?.parameters.copy(from: parameters)
    initialModel = nil
  }
}
