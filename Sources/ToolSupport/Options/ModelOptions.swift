package import CommandLineSupport
package import RecurrentEngine

private let sizes = 1...ModelConfiguration.maximumSize
private let group = "Model"

/// Options for the shape of a model and its text unit, which `--init-from` takes from its file.
package let modelOptions: [ConfigurationOption] = [
  ConfigurationOption("--cell", "--model", sets: \.cell.kindOption, as: .choice, group: group, help: "recurrent cell"),
  ConfigurationOption(
    "--hidden", "--rnn-size", "--hidden-size", sets: \.hiddenSize, as: .integer(in: sizes), absentMeans: "chosen",
    group: group, help: "hidden size"),
  ConfigurationOption(
    "--layers", "--num-layers", sets: \.layerCount, as: .integer(in: 1...ModelConfiguration.maximumLayerCount),
    absentMeans: "2", group: group, help: "stacked layers"),
  ConfigurationOption(
    "--gru-reset", sets: \.cell.resetOption, as: .choice, absentMeans: "before", requires: "--cell gru", group: group,
    help: "apply the GRU's reset gate before the recurrent matrix product, or after it as PyTorch does"),
  ConfigurationOption(
    "--forget-gate", sets: \.cell.forgetGateOption, as: .choice, absentMeans: "on", requires: "--cell lstm",
    group: group,
    help: "the LSTM's forget gate f: separate, none, or coupled to the input gate i",
    details: "With off it is f = 1, as in the LSTM of 1997: the cell state forgets nothing. With coupled it is "
      + "f = 1 - i: what is written takes the place of what was there. Both have three gates instead of four."),
  ConfigurationOption(
    "--peepholes", sets: \.cell.peepholesOption, requires: "--cell lstm", group: group,
    help: "add peephole connections from the LSTM's cell state to its gates",
    details: "The input and the forget gate see the state before the step and the output gate the state after it, "
      + "each unit its own (Gers and Schmidhuber 2000). The weights are initialized to 0."),
  ConfigurationOption(
    "--activation", sets: \.cell.activationOption, as: .choice, absentMeans: "tanh", requires: "--cell rnn",
    group: group,
    help: "the RNN's nonlinearity",
    details: "relu is max(x, 0). Nothing bounds it, so give it a low learning rate; --init identity is meant for it "
      + "(Le et al. 2015)."),
  ConfigurationOption(
    "--embedding", "--wordvec-size", sets: \.embeddingSize, as: .integer(in: 0...ModelConfiguration.maximumSize),
    group: group, help: "embedding dimension; with 0, layer 0 looks up rows of its weights"),
  ConfigurationOption(
    "--tie", sets: \.tiesEmbedding, requires: "--embedding with the size of --hidden", group: group,
    help: "use the embeddings as the output weights, too"),
  ConfigurationOption(
    "--layer-norm", sets: \.normalizesLayers, group: group,
    help: "normalize the pre-activations of each gate over its units",
    details: "xW and h'U are normalized separately, and the LSTM's cell state before its tanh (Ba et al. 2016). "
      + "Separate kernels then compute products and gates, which is slower."),
  ConfigurationOption(
    "--connection", sets: \.connectionKind, as: .choice, requires: "--layers 2 or more", group: group,
    help: "output of a stacked layer, from its input x and its cell's output f(x)",
    details:
      "plain is f(x). residual is x + f(x). leaky is (1-a)x + a f(x), with the constant a of --leak. highway is that "
      + "with a gate a(x) for each unit, which begins nearly closed (Srivastava et al. 2015). gated is b(x) x + a(x) f(x), "
      + "with two gates. The recurrence and dropout act on f(x) alone. The first layer is plain."),
  ConfigurationOption(
    "--leak", valueName: "A", sets: \.leak, as: .number(.above(0), .atMost(1)), absentMeans: "0.5",
    requires: "--connection leaky", group: group, help: "share of f(x) in --connection leaky; the rest is x"),
  ConfigurationOption(
    "--unit", sets: \.unit, as: .choice, group: group,
    help: "what counts as a character: a code point, a byte, or a grapheme (a user-perceived character)"),
]

package let initializationOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--forget-bias", sets: \.forgetBias, as: .number(.atLeast(-100), .atMost(100)), absentMeans: "0",
    requires: "--forget-gate on", group: group, help: "initial bias of the LSTM's forget gate"
  ).requiring("--cell lstm") { $0.cell.kind.hasForgetGate },
  ConfigurationOption(
    "--init", sets: \.initialization.recurrent, as: .choice, group: group,
    help: "initialization of the recurrent weights",
    details: "Uniform is ±1/√N with N units, as for all other weights. Orthogonal takes a random orthogonal matrix for "
      + "each gate. Identity takes the identity matrix for the plain RNN and for the candidate of the other cells, "
      + "whose gates stay uniform (Le et al. 2015)."),
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
