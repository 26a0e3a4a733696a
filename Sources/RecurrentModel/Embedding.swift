/// How a model reads characters by embeddings: each has a row of numbers, which layer 0 multiplies with its weights as
/// the other layers do with what they read. Without one, layer 0 looks up rows of its weights.
public struct Embedding: Codable, Equatable, Sendable {
  /// Numbers of each character.
  public var size: Int
  /// The output layer has the embeddings as its weights (Press and Wolf 2017), so their size is that of the hidden state.
  public var isTied: Bool

  /// Embeddings of a size, with weights of their own for the output unless they are tied to it.
  public init(size: Int, isTied: Bool = false) {
    self.size = size
    self.isTied = isTied
  }
}
