package import CommandLineSupport
package import RecurrentEngine

private let sizes = 1...ModelConfiguration.maximumSize
private let group = "Model"
private let variants = "Model variants"

/// Options for the shape of a model and its text unit, which `--init-from` takes from its file.
package let modelOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--cell", "--model", sets: \.cell.kindOption, as: .choice, group: group, help: "recurrent cell",
    details: "lstm has a cell state and three gates (Hochreiter and Schmidhuber 1997, Gers et al. 2000), gru one state "
      + "and two gates (Cho et al. 2014), mgu one state and one gate (Zhou et al. 2016). rnn has no gates (Elman "
      + "1990): "
      + "its gradients vanish, so it learns only short-range dependencies."),
  ConfigurationOption(
    "--hidden", "--rnn-size", "--hidden-size", sets: \.hiddenSize, as: .integer(in: sizes),
    absentMeans: "by text size and time", group: group, help: "hidden size",
    details: "More units learn more from a longer text and take longer: the time of a step grows with the square."),
  ConfigurationOption(
    "--layers", "--num-layers", sets: \.layerCount, as: .integer(in: 1...ModelConfiguration.maximumLayerCount),
    absentMeans: "2", group: group, help: "stacked layers"),
  ConfigurationOption(
    "--gru-reset", sets: \.cell.resetOption, as: .choice, absentMeans: "before", requires: "--cell gru",
    group: variants,
    help: "apply the GRU's reset gate before the recurrent matrix product, or after it as PyTorch does",
    details: "before is the cell of Cho et al. (2014); after is that of cuDNN, which saves a product."),
  ConfigurationOption(
    "--forget-gate", sets: \.cell.forgetGateOption, as: .choice, absentMeans: "on", requires: "--cell lstm",
    group: variants,
    help: "the LSTM's forget gate f: separate, none, or coupled to the input gate i",
    details: "With on, f has its weights (Gers et al. 2000). With off, f = 1: the cell state forgets nothing "
      + "(Hochreiter and Schmidhuber 1997). With coupled, f = 1 - i: new content replaces old (Greff et al. 2017). The "
      + "last two have two gates and the candidate."),
  ConfigurationOption(
    "--peepholes", sets: \.cell.peepholesOption, requires: "--cell lstm", group: variants,
    help: "add peephole connections from the LSTM's cell state to its gates",
    details: "The input and the forget gate see the state before the step and the output gate the state after it, "
      + "each unit its own (Gers and Schmidhuber 2000). The weights are initialized to 0."),
  ConfigurationOption(
    "--activation", sets: \.cell.activationOption, as: .choice, absentMeans: "tanh", requires: "--cell rnn",
    group: variants,
    help: "the RNN's nonlinearity",
    details: "relu is max(x, 0). Nothing bounds it, so give it a low learning rate; --init identity is meant for it "
      + "(Le et al. 2015)."),
  ConfigurationOption(
    "--embedding", "--wordvec-size", sets: \.embeddingSize, as: .integer(in: 0...ModelConfiguration.maximumSize),
    group: variants, help: "embedding dimension; 0 for none",
    details: "Without embeddings layer 0 reads one-hot vectors: it looks up a row of its weights."),
  ConfigurationOption(
    "--tie", sets: \.tiesEmbedding, requires: "--embedding with the size of --hidden", group: variants,
    help: "use the embeddings as the output weights, too",
    details: "Fewer parameters, and often a lower loss (Press and Wolf 2017, Inan et al. 2017)."),
  ConfigurationOption(
    "--layer-norm", sets: \.normalizesLayers, group: variants,
    help: "normalize the pre-activations of each gate over its units",
    details: "xW and h'U are normalized separately, and the LSTM's cell state before its tanh (Ba et al. 2016). "
      + "Separate kernels then compute products and gates, which is slower."),
  ConfigurationOption(
    "--connection", sets: \.connectionKind, as: .choice, requires: "--layers 2 or more", group: variants,
    help: "skip connection of stacked layers",
    details:
      "Output of a layer with input x whose cell computes f(x): plain is f(x). residual is x + f(x) (He et al. 2015). "
      + "leaky is (1-a)x + a f(x), with the constant a of --leak. highway is that "
      + "with a gate a(x) for each unit, which begins nearly closed (Srivastava et al. 2015). gated is b(x) x + a(x) "
      + "f(x), "
      + "with two gates. The recurrence and dropout act on f(x) alone. The first layer is plain."),
  ConfigurationOption(
    "--leak", valueName: "A", sets: \.leak, as: .number(.above(0), .atMost(1)), absentMeans: "0.5",
    requires: "--connection leaky", group: variants, help: "weight of f(x) in --connection leaky; x has the rest"),
  ConfigurationOption(
    "--unit", sets: \.unit, as: .choice, group: "Text",
    help: "text unit: a code point, a byte, or a grapheme (a user-perceived character)",
    details: "Bytes suit files that are not text, and scripts with thousands of characters in a short text. Graphemes "
      + "keep an emoji or a letter with its marks in one piece."),
]

package let initializationOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--forget-bias", sets: \.forgetBias, as: .number(.atLeast(-100), .atMost(100)), absentMeans: "0",
    requires: "--forget-gate on", group: variants, help: "initial bias of the LSTM's forget gate",
    details: "Above 0 the gate is open from the start, so that gradients reach further back (Gers et al. 2000, "
      + "Jozefowicz et al. 2015)."
  ).requiring("--cell lstm") { $0.cell.kind.hasForgetGate },
  ConfigurationOption(
    "--init", sets: \.initialization.recurrent, as: .choice, group: variants,
    help: "initialization of the recurrent weights",
    details: "Uniform is ±1/√N with N units, as for all other weights. Orthogonal takes a random orthogonal matrix for "
      + "each gate (Saxe et al. 2014). Identity takes the identity matrix for the plain RNN and for the candidate of "
      + "the other cells, "
      + "whose gates stay uniform (Le et al. 2015)."),
  ConfigurationOption(
    "--output-bias", sets: \.initialization.outputBias, as: .choice, absentMeans: "frequencies", group: variants,
    help: "initial output bias: zeros, or the logarithms of the characters' frequencies in the training text",
    details: "With frequencies, training does not begin with learning which characters are rare. They are counted in "
      + "the first 65,536 characters that training reads."),
]

extension TrainingConfiguration {
  /// Initial bias of the forget gates; nil for an LSTM without forget gates, for which it cannot be set.
  var forgetBias: Float? {
    get { cell.kind.hasForgetGate && !cell.hasForgetGate ? nil : initialization.forgetBias }
    set {
      guard let newValue, forgetBias != nil else { return }
      initialization.forgetBias = newValue
    }
  }

  /// Embedding dimension; 0 for no embeddings.
  var embeddingSize: Int {
    get { embedding?.size ?? 0 }
    set { embedding = newValue > 0 ? Embedding(size: newValue, isTied: tiesEmbedding) : nil }
  }

  /// Whether the embeddings are also the output weights; false without embeddings.
  var tiesEmbedding: Bool {
    get { embedding?.isTied ?? false }
    set { embedding?.isTied = newValue }
  }

  var normalizesLayers: Bool {
    get { normalization == .layer }
    set { normalization = newValue ? .layer : nil }
  }

  /// Kind of connections between layers; a single layer allows `plain` alone.
  var connectionKind: Connection.Kind {
    get { connection.kind }
    set {
      guard newValue != connection.kind, layerCount > 1 || newValue == .plain else { return }
      connection = Connection(newValue, leak: 0.5)
    }
  }

  /// Constant of leaky connections; nil for other connections, for which it cannot be set.
  var leak: Double? {
    get { connection.leak }
    set { if let newValue, connection.kind == .leaky { connection = .leaky(newValue) } }
  }
}

extension TrainingConfiguration {
  /// - Throws: `UsageError.conflict` if the size of tied embeddings differs from the hidden size.
  package func checkTiedSize() throws(UsageError) {
    guard let embedding, embedding.isTied, embedding.size != hiddenSize else { return }
    throw .conflict("--tie is for --embedding with the size of --hidden, not for --embedding \(embedding.size)")
  }
}
