/// An embedding of the input characters: layer 0 multiplies the vector of each character by its weights. Without one,
/// layer 0 looks up rows of its weights.
public struct Embedding: Codable, Equatable, Sendable {
  /// Embedding dimension.
  public var size: Int
  /// Whether the output layer uses the embeddings as its weights (Press and Wolf 2017); the size is then the hidden
  /// size.
  public var isTied: Bool

  /// Creates an embedding of dimension `size`, by default not tied to the weights of the output layer.
  public init(size: Int, isTied: Bool = false) {
    self.size = size
    self.isTied = isTied
  }
}
