// The equations of the cells and of the connections between layers. ′ marks the value of the previous step, ∘ is the
// elementwise product. A layer (model.js) provides the arrays of its units: in layer.gates the pre-activations xW + b
// of each gate, which a cell completes and replaces by the gates; in layer.h and layer.c the states h′ and c′, which a
// cell replaces by h and c.

/** Long short-term memory (Hochreiter and Schmidhuber 1997); `forget` defines f. */
function lstmStep(layer, forget) {
  const { c, h, peepholes } = layer;
  const { i, f, g, o } = layer.gates;
  layer.addRecurrentProduct(h, 0, layer.cell.stored.length);
  // i, f, o = σ([x, h′]W + b)    with peepholes: + p∘c′, for o: + p∘c
  if (peepholes.i) addProducts(i, peepholes.i, c);
  forget(layer, i, f);
  // g = tanh([x, h′]W + b)
  applyTanh(g);
  // c = f∘c′ + i∘g
  for (let u = 0; u < c.length; u++) c[u] = fround(fround(f[u] * c[u]) + fround(i[u] * g[u]));
  if (peepholes.o) addProducts(o, peepholes.o, c);
  applySigmoid(o);
  layer.holdGate('o', o);
  // h = o∘tanh(c)
  const visible = layer.visibleCellState();
  for (let u = 0; u < h.length; u++) h[u] = fround(o[u] * hyperbolicTangent(visible[u]));
}

/** f = σ([x, h′]W + b) (Gers et al. 2000) */
function forgetByGate(layer, i, f) {
  if (layer.peepholes.f) addProducts(f, layer.peepholes.f, layer.c);
  applySigmoids(i, f);
  layer.holdGate('i', i);
  layer.holdGate('f', f);
}

/** f = 1 − i: new content replaces old content in the same proportion (Greff et al. 2017). */
function forgetAsMuchAsIsWritten(layer, i, f) {
  applySigmoid(i);
  layer.holdGate('i', i);
  for (let u = 0; u < f.length; u++) f[u] = fround(1 - i[u]);
}

/** f = 1: the cell state forgets nothing, as in the original LSTM. */
function forgetNothing(layer, i, f) {
  applySigmoid(i);
  layer.holdGate('i', i);
  f.fill(1);
}

/** Gated recurrent unit with the reset gate before the recurrent product (Cho et al. 2014). */
function gruResetBeforeStep(layer) {
  const { h, resetHidden } = layer;
  const { r, z, ĥ } = layer.gates;
  // z, r = σ([x, h′]W + b)
  layer.addRecurrentProduct(h, 0, 2);
  applyGRUGates(layer, z, r);
  // ĥ = tanh([x, r∘h′]W + b)
  for (let u = 0; u < h.length; u++) resetHidden[u] = fround(r[u] * h[u]);
  layer.addRecurrentProduct(resetHidden, 2, 1);
  applyTanh(ĥ);
  blend(h, z, ĥ);
}

/** Gated recurrent unit with the reset gate after the recurrent product, as in PyTorch and cuDNN. */
function gruResetAfterStep(layer) {
  const { h } = layer;
  const { r, z, ĥ, q } = layer.gates;
  // z, r = σ([x, h′]W + b)    q = h′U + b′
  layer.addRecurrentProduct(h, 0, 2);
  layer.addRecurrentProduct(h, 2, 1, 3);
  applyGRUGates(layer, z, r);
  // ĥ = tanh(xW + b + r∘q)
  addProducts(ĥ, r, q);
  applyTanh(ĥ);
  blend(h, z, ĥ);
}

/** Applies σ to the gates of a GRU. The file contains PyTorch's update gate, which is 1 − z = σ(−a). */
function applyGRUGates(layer, z, r) {
  for (let u = 0; u < z.length; u++) z[u] = -z[u];
  applySigmoids(z, r);
  layer.holdGate('z', z);
  layer.holdGate('r', r);
}

/** Minimal gated unit (Zhou et al. 2016): one gate f is both the reset and the update gate of a GRU. */
function mguStep(layer) {
  const { h, resetHidden } = layer;
  const { f, ĥ } = layer.gates;
  // f = σ([x, h′]W + b)
  layer.addRecurrentProduct(h, 0, 1);
  applySigmoid(f);
  layer.holdGate('f', f);
  // ĥ = tanh([x, f∘h′]W + b)
  for (let u = 0; u < h.length; u++) resetHidden[u] = fround(f[u] * h[u]);
  layer.addRecurrentProduct(resetHidden, 1, 1);
  applyTanh(ĥ);
  blend(h, f, ĥ);
}

/** Replaces h by (1−z)∘h + z∘x, computed as h + z∘(x − h). */
function blend(h, z, x) {
  for (let u = 0; u < h.length; u++) h[u] = fround(h[u] + fround(z[u] * fround(x[u] - h[u])));
}

/** Plain recurrent network (Elman 1990): h = tanh([x, h′]W + b). */
function rnnStep(layer) {
  layer.addRecurrentProduct(layer.h, 0, 1);
  applyTanh(layer.gates.a);
  layer.h.set(layer.gates.a);
}

/** Plain recurrent network with h = max([x, h′]W + b, 0) (Le et al. 2015). */
function rnnReLUStep(layer) {
  const { a } = layer.gates;
  layer.addRecurrentProduct(layer.h, 0, 1);
  for (let u = 0; u < a.length; u++) layer.h[u] = a[u] < 0 ? 0 : a[u];
}

/**
 * Cells by the names in the file.
 *
 * stored: the gates in the order of their rows in the file; extra: arrays that are computed besides
 * shown: quantities of the display; held: gates that the page can hold at a value; peepholes: gates that see c
 */
const cells = {
  rnn: { title: 'RNN', stored: ['a'], shown: ['h'], held: [], step: rnnStep },
  'rnn-relu': { title: 'RNN with ReLU', stored: ['a'], shown: ['h'], held: [], step: rnnReLUStep, isUnbounded: true },
  'gru-reset-before': {
    title: 'GRU, reset gate before the product', stored: ['r', 'z', 'ĥ'], shown: ['z', 'r', 'ĥ', 'h'],
    held: ['z', 'r'], step: gruResetBeforeStep,
  },
  'gru-reset-after': {
    title: 'GRU, reset gate after the product', stored: ['r', 'z', 'ĥ'], extra: 'q', hasRecurrentBias: true,
    shown: ['z', 'r', 'ĥ', 'h'], held: ['z', 'r'], step: gruResetAfterStep,
  },
  mgu: { title: 'MGU', stored: ['f', 'ĥ'], shown: ['f', 'ĥ', 'h'], held: ['f'], step: mguStep, isMGU: true },
};

for (const peepholes of [false, true]) {
  const suffix = peepholes ? '-peephole' : '';
  const title = peepholes ? ', with peepholes' : '';
  cells[`lstm${suffix}`] = {
    title: `LSTM${title}`, stored: ['i', 'f', 'g', 'o'], shown: ['i', 'f', 'g', 'o', 'c', 'h'],
    held: ['i', 'f', 'o'], peepholes: peepholes ? ['i', 'f', 'o'] : [], hasCellState: true,
    step: (layer) => lstmStep(layer, forgetByGate),
  };
  cells[`lstm-coupled${suffix}`] = {
    title: `LSTM, coupled forget gate${title}`, stored: ['i', 'g', 'o'], extra: 'f',
    shown: ['i', 'f', 'g', 'o', 'c', 'h'], held: ['i', 'o'], peepholes: peepholes ? ['i', 'o'] : [],
    hasCellState: true, step: (layer) => lstmStep(layer, forgetAsMuchAsIsWritten),
  };
  cells[`lstm-no-forget${suffix}`] = {
    title: `LSTM without forget gate${title}`, stored: ['i', 'g', 'o'], extra: 'f',
    shown: ['i', 'g', 'o', 'c', 'h'], held: ['i', 'o'], peepholes: peepholes ? ['i', 'o'] : [],
    hasCellState: true, step: (layer) => lstmStep(layer, forgetNothing),
  };
}

/** Connections between layers: y is the output of a layer, x that of the layer below, h the state of the layer. */
const connections = {
  plain: null,
  residual: { gates: [], apply: (layer, x) => addShares(layer.y, x, 1, layer.h, 1) },  // y = x + h
  leaky: {  // y = (1−a)x + a h with a constant a
    gates: [],
    apply: (layer, x) => addShares(layer.y, x, fround(1 - fround(layer.leak)), layer.h, fround(layer.leak)),
  },
  highway: {  // y = (1−a)∘x + a∘h, a = σ(xA + b) (Srivastava et al. 2015)
    gates: ['a'],
    apply(layer, x) {
      const { a } = layer.connectionGates;
      applySigmoid(a);
      layer.holdGate('a', a);
      layer.y.set(x);
      blend(layer.y, a, layer.h);
    },
  },
  gated: {  // y = b∘x + a∘h, a = σ(xA + b_A), b = σ(xB + b_B)
    gates: ['a', 'b'],
    apply(layer, x) {
      const { a, b } = layer.connectionGates;
      applySigmoids(a, b);
      layer.holdGate('a', a);
      layer.holdGate('b', b);
      for (let u = 0; u < x.length; u++) layer.y[u] = fround(b[u] * x[u]);
      addProducts(layer.y, a, layer.h);
    },
  },
};

/** Sets y to the sum of x and h, each multiplied by a number. */
function addShares(y, x, shareOfX, h, shareOfH) {
  for (let u = 0; u < y.length; u++) y[u] = fround(fround(x[u] * shareOfX) + fround(h[u] * shareOfH));
}
