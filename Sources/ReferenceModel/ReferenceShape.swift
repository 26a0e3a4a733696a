/// The sizes and options of a language model that determine its parameters.
public struct ReferenceShape: Equatable, Sendable {
  public var vocabularySize: Int
  public var hiddenSize: Int
  public var layerCount: Int
  /// Embedding dimension; nil if layer 0 looks up rows of its weights.
  public var embeddingSize: Int?
  /// Whether the output weights are the transposed embeddings.
  public var isTied: Bool
  /// The connection of the layers from layer 1 up.
  public var connection: Connection

  /// - Precondition: The dimension of tied embeddings is the hidden size.
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
