internal import CommandLineSupport
package import RecurrentEngine

extension ModelConfiguration {
  /// Embeddings, layer normalization and connections, each after a comma; empty for a plain stack of layers.
  package var extrasText: String {
    let embeddings = embedding.map {
      ", embeddings of \($0.size)" + ($0.isTied ? ", tied to the output" : "")
    }
    return (embeddings ?? "") + (normalization == .layer ? ", layer normalization" : "") + connectionText
  }

  private var connectionText: String {
    guard layerCount > 1 else { return "" }
    return switch connection {
    case .plain: ""
    case .leaky(let leak): ", leaky connections of \(NumberText.shortest(leak))"
    case .residual, .highway, .gated: ", \(connection.kind.rawValue) connections"
    }
  }
}
