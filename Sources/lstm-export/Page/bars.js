// Bars of the gates and states of a layer: one row for each quantity, one bar for each unit.

class BarsView {
  /**
   * @param {HTMLElement} element
   * @param {Model} model
   * @param {function(string, number)} choose called with the symbol and the unit of a bar that was clicked
   */
  constructor(element, model, choose) {
    this.element = element;
    this.model = model;
    this.choose = choose;
    this.rows = [];
  }

  /** Makes the rows of a layer. */
  setLayer(layer) {
    this.rows = this.model.symbols(layer).map((symbol) => this.makeRow(quantity(this.model, symbol)));
    this.element.replaceChildren(...this.rows.map(({ row }) => row));
  }

  makeRow(description) {
    const row = document.createElement('div');
    row.className = 'bar-row';
    row.innerHTML = `<div class="bar-label"><span class="reading"></span><span class="symbol"></span>
      <span class="title"></span><span class="explanation"></span></div><canvas role="img"></canvas>`;
    const part = (name) => row.querySelector(name);
    part('.symbol').textContent = description.symbol;
    part('.title').textContent = description.title;
    const scale = description.range === 'open' ? ' Scaled to the largest magnitude.' : '';
    part('.explanation').textContent = description.text + scale;
    const canvas = part('canvas');
    const result = { ...description, row, canvas, reading: part('.reading'), pointed: null };
    canvas.addEventListener('click', (event) => {
      const unit = this.unitAt(event, canvas);
      if (unit !== null) this.choose(description.symbol, unit);
    });
    canvas.addEventListener('pointermove', (event) => this.point(result, this.unitAt(event, canvas)));
    canvas.addEventListener('pointerleave', () => this.point(result, null));
    return result;
  }

  /** Returns the unit under the pointer, or null. */
  unitAt(event, canvas) {
    const size = this.model.configuration.hiddenSize;
    const share = (event.offsetX - axisWidth) / (canvas.clientWidth - axisWidth);
    return share >= 0 && share < 1 ? Math.floor(share * size) : null;
  }

  point(row, unit) {
    row.pointed = unit;
    this.read(row);
  }

  /**
   * Draws all rows.
   * @param {?function(string): Float32Array} values returns the values of a quantity; null before the first character
   * @param chosen the followed quantity as { symbol, unit }
   */
  draw(values, chosen) {
    const colors = { share: color('share'), positive: color('positive'), negative: color('negative') };
    for (const row of this.rows) {
      row.values = values ? values(row.symbol) : null;
      row.limit = row.range === 'open' && row.values ? Math.max(0.1, largestMagnitude(row.values)) : 1;
      this.drawRow(row, chosen, colors);
      this.read(row);
    }
  }

  drawRow({ canvas, range, limit, values, symbol }, chosen, colors) {
    const drawing = prepareCanvas(canvas);
    const { context, width, height } = drawing;
    const y = drawAxis(drawing, range === 'share' ? 0 : -limit, limit, 7, height - 7);
    const size = this.model.configuration.hiddenSize;
    const step = (width - axisWidth) / size;
    const gap = step >= 4 ? 1 : 0;
    const x = axisWidth + chosen.unit * step;
    context.fillStyle = color('text');
    context.globalAlpha = chosen.symbol === symbol ? 0.28 : 0.12;
    context.fillRect(x - 1, 0, Math.max(step, 1) + 2, height);
    context.globalAlpha = 1;
    for (let unit = 0; values && unit < size; unit++) {
      const value = values[unit];
      context.fillStyle = range === 'share' ? colors.share : value < 0 ? colors.negative : colors.positive;
      context.fillRect(axisWidth + unit * step, y(value), Math.max(step - gap, 0.5), y(0) - y(value));
    }
  }

  /** Shows numbers beside a row: of the unit under the pointer, or of all units. */
  read({ values, pointed, reading, canvas, title, symbol }) {
    if (!values) {
      reading.textContent = '';
      canvas.setAttribute('aria-label', `${title} ${symbol}: no character read yet`);
      return;
    }
    let [sum, low, high] = [0, Infinity, -Infinity];
    for (const value of values) {
      sum += value;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const mean = `mean ${formatted(sum / values.length)}`;
    reading.textContent = pointed === null ? mean : `unit ${pointed}: ${formatted(values[pointed], 3)}`;
    canvas.setAttribute(
      'aria-label',
      `${title} ${symbol} of ${values.length} units: ${mean}, from ${formatted(low)} to ${formatted(high)}`);
  }
}
