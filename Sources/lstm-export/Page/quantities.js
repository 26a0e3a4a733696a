// Names and explanations of the quantities that the page shows, and their colors.

/**
 * Quantities by their symbols.
 *
 * range: share for 0 to 1, signed for −1 to 1, open for quantities without bounds, whose display is scaled
 */
const quantities = {
  i: { title: 'input gate', range: 'share', text: 'Share of the candidate g that is written to the cell state.' },
  f: { title: 'forget gate', range: 'share', text: 'Share of the cell state that is kept; 0 erases it.' },
  g: { title: 'candidate', range: 'signed', text: 'New content that the input gate lets into the cell state.' },
  o: { title: 'output gate', range: 'share', text: 'Share of the cell state that is visible in h.' },
  c: { title: 'cell state', range: 'open', text: 'Memory: what was kept, plus what was written.' },
  z: { title: 'update gate', range: 'share', text: 'Share of the hidden state that the candidate ĥ replaces.' },
  r: { title: 'reset gate', range: 'share', text: 'Share of the old hidden state that the candidate sees.' },
  ĥ: { title: 'candidate', range: 'signed', text: 'New content for the hidden state.' },
  h: { title: 'hidden state', range: 'signed', text: 'The state that the next step and the layer above read.' },
  a: { title: 'connection gate', range: 'share', text: 'Share of h in the output y of the layer.' },
  b: { title: 'carry gate', range: 'share', text: 'Share of the layer below in the output y.' },
  y: { title: 'output', range: 'open', text: 'h combined with the output of the layer below, which it skips.' },
};

/** Returns the description of a quantity of a model. */
function quantity(model, symbol) {
  const description = { symbol, ...quantities[symbol] };
  if (model.cell.isMGU && symbol === 'f') {
    description.title = 'gate';
    description.text = 'Both gates of a GRU in one: share of h that is replaced, and that the candidate sees.';
  }
  if (model.configuration.cell.startsWith('lstm-coupled') && symbol === 'f') {
    description.text = 'Share of the cell state that is kept: f = 1 − i.';
  }
  if (symbol === 'h' && model.cell.isUnbounded) description.range = 'open';
  if (symbol === 'h' && !model.cell.hasCellState && model.cell.held.length === 0) {
    description.text = 'All memory of the network; overwritten in each step.';
  }
  return description;
}

/** Returns a number for display, with a real minus sign, but none before zero. */
function formatted(value, decimals = 2) {
  return value.toFixed(decimals).replace(/^-(?=0\.?0*$)/, '').replace('-', '−');
}

/** Returns an integer with group separators. */
function grouped(value) {
  return Math.round(value).toLocaleString('en-US');
}

/** The number of shades of surprise, one for each bit. */
const surpriseLevels = 8;

/** Returns the class of a character's shade. */
function surpriseClass(bits) {
  return bits === null ? '' : `s${Math.min(surpriseLevels - 1, Math.floor(bits))}`;
}

/** Returns the class of the shade of a value, in a display that reaches `limit`. */
function valueClass(value, limit) {
  const level = limit > 0 ? Math.min(4, Math.round(4 * Math.abs(value) / limit)) : 0;
  return level === 0 ? '' : `${value < 0 ? 'n' : 'p'}${level}`;
}

/** Returns the largest magnitude of some numbers. */
function largestMagnitude(values) {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Colors of the current scheme by their names; emptied when the scheme changes. */
const knownColors = new Map();

/** Returns the value of a color that page.css defines for the current scheme. */
function color(name) {
  if (!knownColors.has(name)) {
    knownColors.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  }
  return knownColors.get(name);
}

/** Clears a canvas, fits its pixels to its size on the page, and returns its context with units of CSS pixels. */
function prepareCanvas(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== deviceWidth || canvas.height !== deviceHeight) {
    canvas.width = deviceWidth;
    canvas.height = deviceHeight;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = '11px system-ui, sans-serif';
  return { context, width, height };
}

/** Space for the numbers of the vertical axis, in CSS pixels. */
const axisWidth = 38;

/** Draws the ends of a vertical axis from `low` to `high`, and a line at 0. Returns the position of a value. */
function drawAxis({ context, width }, low, high, top, bottom) {
  const y = (value) => bottom - (value - low) / (high - low) * (bottom - top);
  const decimals = Number.isInteger(high) ? 0 : 1;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillStyle = color('muted');
  for (const value of new Set([low, 0, high])) {
    context.fillText(formatted(value, value === 0 ? 0 : decimals), axisWidth - 6, y(value));
  }
  context.fillStyle = color('line');
  context.fillRect(axisWidth, Math.round(y(0)), width - axisWidth, 1);
  return y;
}
