package import CommandLineSupport
package import RecurrentEngine

/// Runs `body` and converts errors of the engine to `ToolError` with the corresponding exit status.
///
/// - Parameter reader: The command that reads a text from standard input, as messages show it; nil if there is none.
package func reportingEngineErrors<Result>(
  textReader reader: [String]? = nil, _ body: () throws -> Result
) throws -> Result {
  do {
    return try body()
  } catch let error as CorpusError {
    throw ToolError(error.kind.exitStatus, error.sentence(readBy: reader))
  } catch let error as CheckpointError {
    throw ToolError(error.exitStatus, error.description)
  } catch let error as MemoryError {
    throw ToolError(.usage, error.description)
  } catch let error as KernelSelectionError {
    throw ToolError(.usage, error.description)
  }
}

extension CorpusError.Kind {
  package var exitStatus: ExitStatus {
    switch self {
    case .unopenableInput: .cannotOpenInput
    case .badData: .badData
    case .inputOutput: .inputOutput
    }
  }
}

extension CheckpointError {
  package var exitStatus: ExitStatus {
    switch self {
    case .cannotOpen, .notACheckpoint(_, .notARegularFile): .cannotOpenInput
    case .tooLarge: .usage
    case .notACheckpoint, .damaged, .newerFormat, .unsupported, .noTrainingState, .otherText: .badData
    case .readFailed, .writeFailed, .notReplaced: .inputOutput
    case .cannotCreate: .cannotCreate
    }
  }
}
