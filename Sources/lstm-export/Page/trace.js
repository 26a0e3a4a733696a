// A line with the value of one unit over the last characters.

class TraceView {
  /** @param {function(number)} choose called with the character at a point that was clicked */
  constructor(canvas, choose) {
    this.canvas = canvas;
    this.shape = null;
    canvas.addEventListener('click', (event) => {
      if (this.shape === null) return;
      const { first, count, step } = this.shape;
      const index = Math.floor((event.offsetX - axisWidth) / step);
      if (index >= 0 && index < count) choose(first + index);
    });
  }

  /**
   * Draws the line.
   * @param series { first, values, texts, range, limit, label }: the number of the first character, a value and a text
   *     for each character, the range of the quantity, and its name for the text alternative
   * @param {number} places the number of characters across the canvas
   * @param {?number} shown the character to mark
   */
  draw({ first, values, texts, range, limit, label }, places, shown) {
    const drawing = prepareCanvas(this.canvas);
    const { context, width, height } = drawing;
    const step = (width - axisWidth) / places;
    const bottom = height - 22;
    const low = range === 'share' ? 0 : -limit;
    const y = drawAxis(drawing, low, limit, 8, bottom);
    const x = (index) => axisWidth + (index + 0.5) * step;
    this.shape = { first, count: values.length, step };
    this.describe(values, label);
    if (shown !== null && shown >= first && shown < first + values.length) {
      context.fillStyle = color('text');
      context.globalAlpha = 0.18;
      context.fillRect(x(shown - first) - Math.max(step, 2) / 2, 0, Math.max(step, 2), height);
      context.globalAlpha = 1;
    }
    context.beginPath();
    values.forEach((value, index) => context.lineTo(x(index), y(value)));
    context.strokeStyle = range === 'share' ? color('share') : color('positive');
    context.lineWidth = 1.75;
    context.lineJoin = 'round';
    context.stroke();
    context.fillStyle = color('text');
    context.textAlign = 'center';
    context.font = '12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';
    if (step < 7) {
      context.font = '11px system-ui, sans-serif';
      context.textAlign = 'left';
      context.fillStyle = color('muted');
      context.fillText(`last ${values.length} characters →`, axisWidth, height - 8);
      return;
    }
    texts.forEach((text, index) => {
      const visible = { '\n': '↵', '\t': '⇥', ' ': '·' }[text] ?? text;
      context.fillText(visible, x(index), height - 8);
    });
  }

  describe(values, label) {
    let text = `${label}: no character yet`;
    if (values.length > 0) {
      const low = formatted(values.reduce((a, b) => Math.min(a, b)));
      const high = formatted(values.reduce((a, b) => Math.max(a, b)));
      text = `${label} over the last ${values.length} characters: from ${low} to ${high}, `
        + `now ${formatted(values.at(-1))}`;
    }
    this.canvas.setAttribute('aria-label', text);
  }
}
