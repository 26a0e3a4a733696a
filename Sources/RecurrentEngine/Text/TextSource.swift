/// Where a part of a corpus comes from.
public enum TextSource: Sendable, Equatable {
  /// A file, read piece by piece when it is needed; what cannot be read twice, such as a pipe, is held in memory.
  case file(String)
  /// Standard input, held in memory.
  case standardInput

  /// The name by which errors call the source.
  public var path: String {
    switch self {
    case .file(let path): path
    case .standardInput: "standard input"
    }
  }
}
