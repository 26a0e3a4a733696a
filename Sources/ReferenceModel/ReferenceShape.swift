/// The sizes of a language model, and what its parameters are.
public struct ReferenceShape: Equatable, Sendable {
  public var vocabularySize: Int
  public var hiddenSize: Int
  public var layerCount: Int
  /// Numbers that layer 0 reads of each character; nil if it looks up rows of its own weights.
  public var embeddingSize: Int?
  /// Whether the output's weights are the embeddings, transposed.
  public var isTied: Bool
  /// What layers from layer 1 up put out.
  public var connection: Connection

  /// - Precondition: Embeddings that are tied have the size of the hidden state.
  public init(
    vocabularySize: Int, hiddenSize: Int, layerCount: Int, embeddingSize: Int? = nil, isTied: Bool = false,
    connection: Connection = .plain
  ) {
    precondition(!isTied || embeddingSize == hiddenSize, "tied embeddings of another size than the hidden state")
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.embeddingSize = embeddingSize
    self.isTied = isTied
    self.connection = connection
  }
}
