// A model: layers of cells, and the logits of the next character.

/** The weights and the state of one layer. Arrays of gates have one part of H numbers for each gate. */
class Layer {
  constructor(file, index, { cell, hiddenSize, hasEmbedding, connection }) {
    const name = (tensor) => `rnn.${tensor}_l${index}`;
    this.cell = cell;
    this.hiddenSize = hiddenSize;
    this.h = new Float32Array(hiddenSize);
    this.c = cell.hasCellState ? new Float32Array(hiddenSize) : null;
    this.resetHidden = new Float32Array(hiddenSize);  // r∘h′
    this.recurrentInput = new QuantizedVector(hiddenSize);
    /** A gate that has the same value in all units, for experiments: { symbol, value }, or null. */
    this.held = null;

    this.inputWeights = file.matrix(name('weight_ih'));
    this.recurrentWeights = file.matrix(name('weight_hh'));
    this.input = index > 0 || hasEmbedding ? new QuantizedVector(this.inputWeights.columns) : null;
    this.inputIsBounded = index > 0 && !cell.isUnbounded && (index === 1 || !connection);
    const symbols = cell.extra ? [...cell.stored, cell.extra] : cell.stored;
    this.sums = new Float32Array(symbols.length * hiddenSize);
    this.gates = parts(this.sums, symbols);
    this.bias = this.readBias(file.elements(name('bias_ih')), file.optionalElements(name('bias_hh')));
    this.peepholes = cell.peepholes?.length > 0 ? parts(file.elements(name('weight_ch')), cell.peepholes) : {};

    this.inputGain = file.optionalElements(name('gain_ih'));
    this.recurrentGain = file.optionalElements(name('gain_hh'));
    this.cellGain = file.optionalElements(name('gain_c'));
    this.cellBias = file.optionalElements(name('bias_c'));
    this.products = new Float32Array(cell.stored.length * hiddenSize);
    this.normalizedCell = new Float32Array(hiddenSize);

    this.connection = index > 0 ? connection : null;
    this.connectionGates = {};
    if (this.connection) this.prepareConnection(file, index);
    /** The arrays that can be shown, by their symbols. */
    this.quantities = { h: this.h, c: this.c, y: this.y, ...this.gates, ...this.connectionGates };
  }

  /** Returns the sums of both biases. A recurrent bias b′ belongs to q = h′U + b′ instead; one of zeros is missing. */
  readBias(inputBias, storedRecurrentBias) {
    const recurrentBias = storedRecurrentBias ?? new Float32Array(inputBias.length);
    const bias = new Float32Array(this.sums.length);
    const summed = inputBias.length - (this.cell.hasRecurrentBias ? this.hiddenSize : 0);
    for (let r = 0; r < inputBias.length; r++) {
      bias[r] = r < summed ? fround(inputBias[r] + recurrentBias[r]) : inputBias[r];
    }
    bias.set(recurrentBias.subarray(summed), inputBias.length);
    return bias;
  }

  prepareConnection(file, index) {
    this.y = new Float32Array(this.hiddenSize);
    if (this.connection.gates.length === 0) return;
    this.connectionWeights = file.matrix(`connection.weight_l${index}`);
    this.connectionBias = file.elements(`connection.bias_l${index}`);
    this.connectionSums = new Float32Array(this.connectionBias.length);
    this.connectionGates = parts(this.connectionSums, this.connection.gates);
  }

  reset() {
    this.h.fill(0);
    if (this.c) this.c.fill(0);
  }

  /**
   * Computes one time step and returns the output of the layer.
   * @param {?Float32Array} x the output of the layer below, or the embedding of the character
   * @param {number} character the token ID, which layer 0 looks up if there is no embedding
   */
  step(x, character) {
    if (this.input) this.input.round(x, this.inputIsBounded);
    this.addInputProduct(character);
    this.cell.step(this);
    if (!this.connection) return this.h;
    if (this.connectionWeights) {
      this.connectionSums.set(this.connectionBias);
      addMatrixProduct(this.connectionWeights, this.input, 0, this.connectionWeights.rows, this.connectionSums, 0);
    }
    this.connection.apply(this, x);
    return this.y;
  }

  /** Sets the pre-activations to xW + b, or to γ∘N(xW) + b with layer normalization. */
  addInputProduct(character) {
    this.sums.set(this.bias);
    const sums = this.inputGain ? this.products.fill(0) : this.sums;
    if (this.input) {
      addMatrixProduct(this.inputWeights, this.input, 0, this.inputWeights.rows, sums, 0);
    } else {
      this.inputWeights.addColumn(character, sums);
    }
    for (let gate = 0; gate < this.cell.stored.length && this.inputGain; gate++) {
      this.addNormalized(this.inputGain, gate, gate);
    }
  }

  /**
   * Adds xU, or γ′∘N(xU) with layer normalization, to the pre-activations of some gates. x is h′ or r∘h′.
   * @param {number} first the first gate in the order of the file
   * @param {number} target the gate to which the product of the first gate is added
   */
  addRecurrentProduct(x, first, count, target = first) {
    const size = this.hiddenSize;
    this.recurrentInput.round(x, !this.cell.isUnbounded);
    if (!this.recurrentGain) {
      addMatrixProduct(
        this.recurrentWeights, this.recurrentInput, first * size, count * size, this.sums, target * size);
      return;
    }
    this.products.fill(0);
    addMatrixProduct(
      this.recurrentWeights, this.recurrentInput, first * size, count * size, this.products, first * size);
    for (let gate = 0; gate < count; gate++) this.addNormalized(this.recurrentGain, first + gate, target + gate);
  }

  /** Normalizes the products of a gate and adds them, times their gain, to the pre-activations of a gate. */
  addNormalized(gain, gate, target) {
    const part = (array, index) => array.subarray(index * this.hiddenSize, (index + 1) * this.hiddenSize);
    const product = part(this.products, gate);
    normalize(product);
    addProducts(part(this.sums, target), part(gain, gate), product);
  }

  /** Returns c, or γ∘N(c) + b with layer normalization: the argument of the tanh in h = o∘tanh(c). */
  visibleCellState() {
    if (!this.cellGain) return this.c;
    const normalized = this.normalizedCell;
    normalized.set(this.c);
    normalize(normalized);
    for (let u = 0; u < normalized.length; u++) {
      normalized[u] = fround(this.cellBias[u] + fround(this.cellGain[u] * normalized[u]));
    }
    return normalized;
  }

  /** Replaces a gate that has just been computed by the value at which it is held, if it is. */
  holdGate(symbol, gate) {
    if (this.held !== null && this.held.symbol === symbol) gate.fill(this.held.value);
  }
}

/** Returns equal parts of an array by their symbols. */
function parts(array, symbols) {
  const size = array.length / symbols.length;
  return Object.fromEntries(symbols.map((symbol, k) => [symbol, array.subarray(k * size, (k + 1) * size)]));
}

/** A model with its state. */
class Model {
  /** @param {TensorFile} file */
  constructor(name, file) {
    this.name = name;
    this.configuration = JSON.parse(file.metadata.configuration);
    this.progress = JSON.parse(file.metadata.progress ?? '{}');
    this.vocabulary = JSON.parse(file.metadata.vocabulary);
    /** The number of kinds of characters that share the unknown symbol, the first entry; 0 if there is none. */
    this.foldedKinds = Number(file.metadata.folded_kinds ?? 0);
    this.startCharacter = Number(file.metadata.start_character ?? 0);
    const { cell, hiddenSize, layerCount, connection } = this.configuration;
    if (!Object.hasOwn(cells, cell)) throw new Error(`the cell '${cell}' is unknown to this page`);
    this.cell = cells[cell];
    this.connectionKind = connection?.kind ?? 'plain';
    this.connection = connections[this.connectionKind];
    this.readEmbedding(file);
    const sizes = {
      cell: this.cell, hiddenSize, hasEmbedding: this.embedding !== null, connection: this.connection,
    };
    this.layers = Array.from({ length: layerCount }, (_, index) => new Layer(file, index, sizes));
    for (const layer of this.layers) layer.leak = connection?.leak;

    this.decoderWeights = this.tiedEmbeddings ?? file.matrix('decoder.weight');
    this.decoderBias = file.elements('decoder.bias');
    this.decoderInput = new QuantizedVector(hiddenSize);
    this.decoderInputIsBounded = !this.cell.isUnbounded && (layerCount === 1 || !this.connection);
    this.logits = new Float32Array(this.vocabulary.length);
    this.parameterCount = countParameters(file, this.cell, hiddenSize);
  }

  readEmbedding(file) {
    const { embedding } = this.configuration;
    this.embedding = embedding ? new Float32Array(embedding.size) : null;  // of the last character
    this.tiedEmbeddings = embedding?.isTied ? file.matrix('embedding.weight') : null;
    this.embeddings = embedding && !embedding.isTied ? file.elements('embedding.weight') : null;
  }

  /** Sets the state to zero. */
  reset() {
    for (const layer of this.layers) layer.reset();
  }

  /** Reads a character and computes the logits of the next one. */
  read(character) {
    let x = this.embedding;
    if (this.tiedEmbeddings) this.tiedEmbeddings.copyRow(character, x);
    if (this.embeddings) x.set(this.embeddings.subarray(character * x.length, (character + 1) * x.length));
    for (const layer of this.layers) x = layer.step(x, character);
    this.decoderInput.round(x, this.decoderInputIsBounded);
    this.logits.set(this.decoderBias);
    addMatrixProduct(this.decoderWeights, this.decoderInput, 0, this.decoderWeights.rows, this.logits, 0);
  }

  /**
   * Holds a gate at a value in all units of all layers that have it, or none.
   * @param {?{symbol: string, value: number}} held
   */
  hold(held) {
    for (const layer of this.layers) layer.held = held;
  }

  /** Returns the token ID of a control character, or of a separator of records; -1 if it is not in the vocabulary. */
  id(text) {
    const isByte = this.configuration.unit === 'byte' && text.length === 1;
    return this.vocabulary.indexOf(isByte ? text.charCodeAt(0) : text);
  }

  /** The token ID of the unknown symbol, as which other characters are read; null if there is none. */
  get unknown() {
    return this.foldedKinds > 0 ? 0 : null;
  }

  /** The token ID of the line feed, or -1. */
  get newline() {
    return this.id('\n');
  }

  /** The token ID that ends each text of a model of records; null for other models. */
  get endMark() {
    const { readsLines, separator } = this.configuration.division ?? {};
    if (separator !== undefined) return this.id(separator);
    return readsLines ? this.newline : null;
  }

  /** Symbols of the quantities of a layer that can be shown. */
  symbols(layer) {
    const { connection } = this.layers[layer];
    return connection ? [...this.cell.shown, ...connection.gates, 'y'] : this.cell.shown;
  }
}

/** Returns the number of trained parameters. The two biases of a gate count as one unless a gate scales one of them. */
function countParameters(file, cell, hiddenSize) {
  let count = 0;
  for (const [name, { shape }] of Object.entries(file.entries)) {
    if (name.endsWith('.scale') || name.startsWith('rnn.bias_hh')) continue;
    count += shape.reduce((product, length) => product * length, 1);
    if (name.startsWith('rnn.bias_ih') && cell.hasRecurrentBias) count += hiddenSize;
  }
  return count;
}
