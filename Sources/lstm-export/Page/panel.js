// A panel of the page: one model with its text, the bars of a layer and the line of a unit.

/** Number of new characters that are shown at the latest, also between two frames. */
const partSize = 1000;

/** Returns a description of a model in one sentence. */
function facts({ configuration, cell, connectionKind, parameterCount, vocabulary, progress }) {
  const { layerCount, hiddenSize, embedding, normalization, connection, unit, division } = configuration;
  const unitName = { byte: 'bytes', grapheme: 'graphemes' }[unit] ?? 'characters';
  const details = [
    cell.title, `${layerCount} ${layerCount === 1 ? 'layer' : 'layers'} of ${grouped(hiddenSize)} units`,
    embedding ? `${embedding.isTied ? 'tied embedding' : 'embedding'} of dimension ${embedding.size}` : null,
    normalization === 'layer' ? 'layer normalization' : null,
    connectionKind === 'plain' ? null
      : `${connectionKind} connections${connection.leak === undefined ? '' : ` with a = ${connection.leak}`}`,
    `${grouped(parameterCount)} parameters`, `vocabulary of ${grouped(vocabulary.length)} ${unitName}`,
    division?.readsLines ? 'each text is one line' : division?.separator ? 'each text is one record' : null,
  ];
  const training = [];
  if (progress.step !== undefined) {
    training.push(`trained for ${grouped(progress.step)} steps (${formatted(progress.epoch ?? 0, 1)} epochs)`);
  }
  const loss = progress.validationLoss;
  if (loss !== undefined) {
    training.push(`validation loss ${formatted(loss, 3)} nats (${formatted(loss / Math.LN2)} bits) per character`);
  }
  return [details, training].map((list) => list.filter(Boolean).join(', ')).filter(Boolean).join('; ');
}

/** The places where a gate can be held: { name, symbol, value }. */
function holdChoices(model) {
  const connection = model.layers.length > 1 && model.connection ? model.connection.gates : [];
  return [...model.cell.held, ...connection].flatMap((symbol) => [0, 1].map((value) => (
    { name: `${quantity(model, symbol).title} ${symbol}\u00a0=\u00a0${value}`, symbol, value })));
}

/** Fills a select element with [value, text] pairs. */
function fill(select, choices) {
  const previous = select.value;
  select.replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
  if (choices.some(([value]) => String(value) === previous)) select.value = previous;
}

class Panel {
  /** @param {number} number distinguishes the panels of a page */
  constructor(model, number) {
    this.model = model;
    this.writer = new Writer(model);
    this.element = document.getElementById('panel').content.firstElementChild.cloneNode(true);
    this.part = (selector) => this.element.querySelector(selector);
    this.characters = [];  // { text, isPrompt, bits, likeliest } of the elements of the text
    this.added = [];  // characters that are not in the text yet
    this.shown = null;  // the character whose details are shown; null for the newest
    this.limit = 1;  // of the display of the followed quantity
    this.part('.name').textContent = model.name;
    this.part('.name').id = `name-${number}`;
    this.element.setAttribute('aria-labelledby', `name-${number}`);
    this.part('.facts').textContent = `${facts(model)}.`;
    for (const radio of this.element.querySelectorAll('.coloring input')) radio.name = `coloring-${number}`;

    const text = this.part('.text');
    text.setAttribute('aria-label', `Text of ${model.name}; arrow keys show the details of its characters`);
    text.dataset.placeholder = 'Press Write. Then point at a character, or use the arrow keys, for its details.';
    this.text = new TextView(text, this.writer.history.capacity, (character, byKeyboard) => {
      this.part('.chosen').setAttribute('aria-live', byKeyboard ? 'polite' : 'off');
      this.shown = character;
      this.draw();
    });
    this.bars = new BarsView(this.part('.bars'), model, (symbol, unit) => this.follow(this.layer, symbol, unit));
    this.trace = new TraceView(this.part('.trace'), (character) => this.text.choose(character, false));
    this.makeControls();
  }

  makeControls() {
    const { model } = this;
    const size = model.configuration.hiddenSize;
    fill(this.part('.layer'), model.layers.map((_, index) => [index, index]));
    fill(this.part('.hold'), [['', 'none'], ...holdChoices(model).map(({ name, symbol, value }) => (
      [`${symbol}=${value}`, name]))]);
    this.part('.hold-field').hidden = holdChoices(model).length === 0;
    this.part('.unit').max = size - 1;
    this.part('.layer').value = model.layers.length - 1;
    const listen = (selector, action) => this.part(selector).addEventListener('change', action);
    listen('.layer', () => this.setLayer());
    listen('.hold', () => this.hold(this.part('.hold').value));
    listen('.quantity', () => this.draw());
    listen('.unit', () => this.draw());
    listen('.span', () => this.draw());
    listen('.coloring', () => this.draw());
    this.setLayer();
    this.part('.quantity').value = model.symbols(this.layer).includes('c') ? 'c' : 'h';
  }

  get layer() {
    return Number(this.part('.layer').value);
  }

  get symbol() {
    return this.part('.quantity').value;
  }

  /** The followed unit: a valid number whatever has been typed. */
  get unit() {
    const last = this.model.configuration.hiddenSize - 1;
    return Math.min(last, Math.max(0, Math.round(Number(this.part('.unit').value)) || 0));
  }

  get isColoredByUnit() {
    return this.part('.coloring input[value="unit"]').checked;
  }

  /** The character whose state is shown. */
  get current() {
    return this.shown ?? this.text.count - 1;
  }

  setLayer() {
    const names = this.model.symbols(this.layer).map((symbol) => (
      [symbol, `${quantity(this.model, symbol).title} ${symbol}`]));
    fill(this.part('.quantity'), names);
    this.bars.setLayer(this.layer);
    this.draw();
  }

  /** Follows a unit of a layer over the text. */
  follow(layer, symbol, unit) {
    this.part('.layer').value = layer;
    this.setLayer();
    this.part('.quantity').value = symbol;
    this.part('.unit').value = unit;
    this.draw();
  }

  /** Holds a gate, given as in f=0, from the next character on; an empty text releases it. */
  hold(choice) {
    const held = holdChoices(this.model).find(({ symbol, value }) => `${symbol}=${value}` === choice) ?? null;
    this.model.hold(held);
    this.part('.hold').value = held ? choice : '';
    this.show('.altered', held
      ? `The model is altered: its ${held.name} in all units of all layers, from the next character on.` : '');
  }

  show(selector, message) {
    this.part(selector).textContent = message;
    this.part(selector).hidden = message === '';
  }

  clear() {
    this.writer.clear();
    this.text.clear();
    this.characters = [];
    this.added = [];
    this.shown = null;
    this.show('.skipped', '');
    this.draw();
  }

  /** Starts a new text; see `Writer.start`. */
  start(settings) {
    this.clear();
    this.writer.start(settings);
    const skipped = this.writer.skipped.map((entry) => `“${entryName(entry)}”`).join(' ');
    this.show('.skipped', skipped ? `Skipped, because ${this.model.name} cannot read them: ${skipped}` : '');
  }

  /** Reads or writes a character, which appears with the next `draw`. Returns whether there was one. */
  advance() {
    const character = this.writer.advance();
    if (character !== null) this.added.push(character);
    // The values of older characters are lost, so a long text is shown in parts.
    if (this.added.length === partSize) this.showAdded();
    return character !== null;
  }

  /** Returns the class of the shade of a character. */
  className(number, { bits }) {
    return this.isColoredByUnit ? this.unitClass(number) : surpriseClass(bits);
  }

  /** Appends the characters that were added to the text. */
  showAdded() {
    const first = this.text.count;
    this.text.append(this.added.map((character, index) => (
      { ...character, className: this.className(first + index, character) })));
    this.characters.push(...this.added);
    this.characters.splice(0, this.characters.length - this.text.spans.length);
    this.added = [];
  }

  /** Shows the characters that were added, and the state after the shown one. */
  draw() {
    const { history } = this.writer;
    this.showAdded();
    if (this.shown !== null && this.shown < this.text.first) this.shown = null;
    const series = this.series();
    this.limit = series.limit;
    this.colorText(series);
    this.text.mark(this.shown);
    this.drawDetails();
    const hasState = this.current >= history.first && this.current < history.count;
    const { layer } = this;
    this.bars.draw(
      hasState ? (symbol) => history.values(this.current, layer, symbol) : null,
      { symbol: this.symbol, unit: this.unit });
    this.trace.draw(series, Number(this.part('.span').value), this.shown);
  }

  /** Updates the legend, and the shades of all characters if they depend on something that changed. */
  colorText(series) {
    const followed = `${series.label} ${series.limit}`;
    const coloring = this.isColoredByUnit ? followed : 'surprise';
    if (coloring !== this.coloring) {
      this.text.recolor((number) => this.className(number, this.characters[number - this.text.first]));
    }
    if (coloring !== this.coloring || followed !== this.followed) this.drawLegend(series);
    this.coloring = coloring;
    this.followed = followed;
  }

  /** Returns the class of a character that is colored by the followed unit. */
  unitClass(number) {
    const { history } = this.writer;
    if (number < history.first) return '';
    return valueClass(history.values(number, this.layer, this.symbol)[this.unit], this.limit);
  }

  /** Returns the values of the followed unit over the last characters; see `TraceView.draw`. */
  series() {
    const { history } = this.writer;
    const { title, range } = quantity(this.model, this.symbol);
    const kept = history.series(this.layer, this.symbol, this.unit, history.first);
    const count = Math.min(kept.length, Number(this.part('.span').value));
    const first = history.count - count;
    return {
      first, range, values: kept.subarray(kept.length - count),
      limit: range === 'open' ? Math.max(0.1, largestMagnitude(kept)) : 1,
      texts: Array.from({ length: count }, (_, index) => this.characters[first + index - this.text.first]?.text ?? ''),
      label: `${title} ${this.symbol} of unit ${this.unit}, layer ${this.layer}`,
    };
  }

  drawLegend({ range, limit, label }) {
    const swatch = (className, text) => Object.assign(
      document.createElement('span'), { className: `swatch ${className}`, textContent: text });
    const note = (text) => Object.assign(document.createElement('span'), { className: 'note', textContent: text });
    let swatches = [note('bits:')];
    if (this.isColoredByUnit) {
      const steps = range === 'share' ? [0, 1, 2, 3, 4] : [-4, -2, 0, 2, 4];
      const decimals = limit === 1 ? 2 : 1;
      swatches = [note(`${this.symbol}:`), ...steps.map((step) => (
        swatch(valueClass(step, 4), formatted(step / 4 * limit, step % 4 === 0 && limit === 1 ? 0 : decimals))))];
    } else {
      for (let bits = 0; bits < surpriseLevels; bits++) {
        swatches.push(swatch(surpriseClass(bits), bits + 1 < surpriseLevels ? bits : `${bits}+`));
      }
    }
    this.part('.legend').replaceChildren(...swatches, note('underlined: prompt'));
    const scale = range === 'open' ? `, scaled to ±${formatted(limit, 1)}, its largest magnitude in this text` : '';
    this.part('.trace-title').textContent = `${label[0].toUpperCase()}${label.slice(1)}${scale}. `
      + 'Click a bar above to follow another unit.';
  }

  /** Shows the surprise of a character and the most likely ones. */
  drawDetails() {
    const character = this.characters[this.current - this.text.first];
    const likeliest = this.part('.likeliest');
    const moment = this.part('.moment');
    const bars = `One bar for each unit, from 0 on the left to ${this.model.configuration.hiddenSize - 1} on the right`;
    if (!character) {
      this.part('.chosen').textContent = '';
      likeliest.replaceChildren();
      moment.textContent = `${bars}, after the newest character or the one that you point at.`;
      return;
    }
    const name = entryName(this.model.vocabulary[character.character]);
    const place = `character ${grouped(this.current + 1)}${character.isPrompt ? ' (prompt)' : ''}`;
    const surprise = character.bits === null ? 'not predicted' : `${formatted(character.bits)} bits of surprise, `
      + `p = ${percent(2 ** -character.bits)}`;
    this.part('.chosen').replaceChildren(Object.assign(document.createElement('b'), { textContent: name }));
    this.part('.chosen').append(` ${place}: ${surprise}`);
    const which = this.shown === null ? 'the newest character' : place;
    moment.textContent = `${bars}, after ${which}, “${name}”.`;
    likeliest.replaceChildren(...character.likeliest.map((alternative) => {
      const item = document.createElement('li');
      item.className = alternative.character === character.character ? 'drawn' : '';
      item.style.setProperty('--share-of-width', `${100 * alternative.probability}%`);
      const symbol = document.createElement('b');
      symbol.textContent = entryName(this.model.vocabulary[alternative.character]);
      item.append(symbol, ` ${percent(alternative.probability)}`);
      return item;
    }));
  }
}

/** Returns a probability in percent. */
function percent(probability) {
  const value = 100 * probability;
  return value > 0 && value < 0.05 ? '<\u00a00.1\u00a0%' : `${formatted(value, 1)}\u00a0%`;
}
