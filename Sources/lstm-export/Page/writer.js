// Writing a text with a model: the prompt, then characters that are drawn one by one and read again.

/** Splits a text into units of a vocabulary and returns their entries: strings, or integers for bytes. */
function split(text, unit) {
  if (unit === 'byte') return [...new TextEncoder().encode(text)];
  if (unit === 'grapheme' && 'Segmenter' in Intl) {
    return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  }
  return [...text];
}

/**
 * Returns the token IDs of a prompt, and the distinct entries that were skipped.
 *
 * Skipped are entries outside of the vocabulary, and the separator that ends each text of the model.
 */
function encodePrompt(model, text) {
  const ids = new Map(model.vocabulary.map((entry, id) => [entry, id]));
  const skipped = new Set();
  const characters = [];
  for (const entry of split(text, model.configuration.unit)) {
    const id = ids.get(entry) ?? model.unknown ?? undefined;
    if (id === undefined || id === model.endMark) skipped.add(entry);
    else characters.push(id);
  }
  return { characters, skipped: [...skipped] };
}

/** The values of all quantities of all layers after each of the last characters. */
class StateHistory {
  static mostBytes = 64 << 20;
  static mostCharacters = 2000;

  constructor(model) {
    this.model = model;
    this.arrays = model.layers.flatMap((layer, index) => (
      model.symbols(index).map((symbol) => layer.quantities[symbol])));
    this.frameSize = this.arrays.length * model.configuration.hiddenSize;
    const most = Math.floor(StateHistory.mostBytes / (4 * this.frameSize));
    this.capacity = Math.max(1, Math.min(StateHistory.mostCharacters, most));
    this.frames = new Float32Array(this.capacity * this.frameSize);  // (character modulo capacity, layer, symbol, unit)
    this.count = 0;
  }

  clear() {
    this.count = 0;
  }

  /** Appends the current values. */
  record() {
    let offset = (this.count % this.capacity) * this.frameSize;
    for (const array of this.arrays) {
      this.frames.set(array, offset);
      offset += array.length;
    }
    this.count += 1;
  }

  /** The first character whose values are still kept. */
  get first() {
    return Math.max(0, this.count - this.capacity);
  }

  /** Returns the offset in a frame of the values of a quantity. */
  offset(layer, symbol) {
    let index = this.model.symbols(layer).indexOf(symbol);
    for (let below = 0; below < layer; below++) index += this.model.symbols(below).length;
    return index * this.model.configuration.hiddenSize;
  }

  /** Returns the values of a quantity after a character from `first` to `count` - 1. (unit) */
  values(character, layer, symbol) {
    const start = (character % this.capacity) * this.frameSize + this.offset(layer, symbol);
    return this.frames.subarray(start, start + this.model.configuration.hiddenSize);
  }

  /** Returns the values of one unit after each character from `start` on. (character) */
  series(layer, symbol, unit, start) {
    const offset = this.offset(layer, symbol) + unit;
    const values = new Float32Array(this.count - start);
    for (let index = 0; index < values.length; index++) {
      values[index] = this.frames[((start + index) % this.capacity) * this.frameSize + offset];
    }
    return values;
  }
}

/**
 * A text that a model writes.
 *
 * Each call of `advance` reads one character of the prompt, or draws one and reads it, and returns it as
 * { text, isPrompt, bits, likeliest }; bits is null for a first character that nothing predicts.
 */
class Writer {
  constructor(model) {
    this.model = model;
    this.sampler = new Sampler(model.vocabulary.length, model.unknown);
    this.history = new StateHistory(model);
    this.clear();
  }

  /** Forgets the text and sets the state to zero. */
  clear() {
    this.model.reset();
    this.history.clear();
    this.pending = [];  // token IDs of the prompt that are not read yet
    this.hasRead = false;
    this.skipped = [];
    this.generated = '';
    this.generatedCount = 0;
    this.remaining = 0;
    this.ended = false;
    this.decoder = new TextDecoder();
  }

  /**
   * Starts a new text from a zero state.
   * @param settings { prompt, temperature, topP, seed: bigint, length }
   */
  start(settings) {
    this.clear();
    this.settings = settings;
    this.random = new RandomGenerator(settings.seed);
    this.remaining = settings.length;
    const { characters, skipped } = encodePrompt(this.model, settings.prompt);
    this.skipped = skipped;
    this.pending = characters;
    // A text begins after a line feed or a separator, as in training. A model that has none begins with its prompt.
    const { endMark, newline } = this.model;
    const start = endMark ?? this.model.startCharacter;
    if (characters.length === 0 || endMark !== null || start === newline) this.read(start);
  }

  /** Continues the text by some characters. */
  continue(length) {
    this.remaining = length;
  }

  get canContinue() {
    return this.hasRead && !this.ended;
  }

  get isFinished() {
    return this.pending.length === 0 && (this.remaining === 0 || this.ended);
  }

  read(character) {
    this.model.read(character);
    this.hasRead = true;
  }

  /** Reads or writes one character, and returns it; null at the end. */
  advance() {
    if (this.isFinished) return null;
    const isPrompt = this.pending.length > 0;
    const { temperature, topP } = this.settings;
    const character = isPrompt
      ? this.pending.shift() : this.sampler.draw(this.model.logits, temperature, topP, this.random);
    if (!isPrompt && character === this.model.endMark) {
      this.ended = true;
      return null;
    }
    const predicted = this.hasRead ? prediction(this.model.logits, character) : { bits: null, likeliest: [] };
    // The folded kinds of characters share the probability of the unknown symbol.
    if (this.hasRead && character === this.model.unknown) predicted.bits += Math.log2(this.model.foldedKinds);
    const text = this.text(character);
    if (!isPrompt) {
      this.generated += text;
      this.generatedCount += 1;
      this.remaining -= 1;
    }
    this.read(character);
    this.history.record();
    return { text, character, isPrompt, ...predicted };
  }

  /** Returns the text of a character: of the last byte of several that form one, all of it. */
  text(character) {
    if (character === this.model.unknown) return '\ufffd';
    const entry = this.model.vocabulary[character];
    return typeof entry === 'number' ? this.decoder.decode(Uint8Array.of(entry), { stream: true }) : entry;
  }
}

const visibleNames = { '\n': '↵', ' ': '␣', '\t': '⇥', '\r': '␍' };

/** Returns a vocabulary entry as it is named in messages. */
function entryName(entry) {
  if (entry === '') return '\ufffd';
  if (typeof entry === 'number' && entry > 126) return `0x${entry.toString(16)}`;
  const text = typeof entry === 'number' ? String.fromCharCode(entry) : entry;
  return [...text].map((character) => (
    visibleNames[character]
      ?? (character < ' ' ? `0x${character.charCodeAt(0).toString(16).padStart(2, '0')}` : character))).join('');
}
