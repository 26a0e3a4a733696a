// The page: settings, panels of the chosen models, and the loop that lets them write.

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

class Page {
  constructor() {
    this.sources = JSON.parse(byID('models').textContent);
    this.files = new Map();  // opened files by the index of the model
    this.panels = [];
    this.isWriting = false;
    this.isQueued = false;  // whether a frame of the loop is requested
    this.drawTime = 0;  // milliseconds
    this.makeControls();
  }

  // MARK: Controls

  makeControls() {
    const names = this.sources.map(({ name }, index) => [index, name]);
    fill(byID('model'), names);
    fill(byID('compare'), [['', 'no other model'], ...names]);
    byID('model-fields').hidden = this.sources.length < 2;
    byID('model').addEventListener('change', () => this.attempt(() => this.makePanels()));
    byID('compare').addEventListener('change', () => this.attempt(() => this.makePanels()));
    byID('settings').addEventListener('submit', (event) => {
      event.preventDefault();
      this.attempt(() => this.write());
    });
    byID('stop').addEventListener('click', () => this.stop());
    byID('continue').addEventListener('click', () => this.attempt(() => this.continue()));
    byID('clear').addEventListener('click', () => this.clear());
    window.addEventListener('hashchange', () => this.attempt(() => this.applyFragment()));
    new ResizeObserver(() => this.draw()).observe(byID('panels'));
    this.makeTheme();
  }

  makeTheme() {
    const prefersDark = matchMedia('(prefers-color-scheme: dark)');
    const set = (isDark) => {
      document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
      byID('theme').textContent = isDark ? 'Light colors' : 'Dark colors';
      knownColors.clear();
      this.draw();
    };
    byID('theme').addEventListener('click', () => set(document.documentElement.dataset.theme !== 'dark'));
    prefersDark.addEventListener('change', () => set(prefersDark.matches));
    set(prefersDark.matches);
  }

  /** Runs an action and shows its error, if it throws one. */
  attempt(action) {
    try {
      byID('error').hidden = true;
      delete byID('generated').dataset.error;
      action();
    } catch (error) {
      this.isWriting = false;
      byID('error').textContent = error.message;
      byID('error').hidden = false;
      byID('generated').dataset.error = error.message;
      this.updateButtons();
    }
  }

  // MARK: Settings

  /** Puts the settings into the address, so that a copy of it writes the same text. */
  updateFragment({ prompt, temperature, topP, seed, length }) {
    const settings = { prompt, temperature, top_p: topP, seed, length, model: byID('model').value };
    if (this.sources.length > 1) settings.compare = byID('compare').value || 'none';
    const holds = this.panels.map((panel) => panel.part('.hold').value);
    if (holds.some((held) => held !== '')) settings.hold = holds.join(',');
    this.fragment = makeFragment({ ...settings, write: 1 });
    try {
      history.replaceState(null, '', this.fragment);
    } catch {
      // Some browsers do not change the address of a local file.
    }
  }

  /** Applies the settings in the address; see settings.js. */
  applyFragment() {
    if (location.hash === this.fragment) return;
    let given = {};
    try {
      given = parseFragment(location.hash);
      fillSettings(given);
      this.chooseModels(given);
    } catch (error) {
      this.chooseModels({});
      throw error;
    } finally {
      this.makePanels();
    }
    const holds = (given.hold ?? '').split(',');
    this.panels.forEach((panel, index) => panel.hold(holds[index] ?? holds[0]));
    if (given.follow) this.follow(given.follow);
    if (given.write === 'now') this.writeNow();
    else if (given.write === '1') this.write();
  }

  chooseModels({ model = '0', compare }) {
    const check = (index) => {
      if (!/^[0-9]+$/.test(index) || !(index in this.sources)) throw new Error(`there is no model '${index}'`);
      return index;
    };
    byID('model').value = check(model);
    const other = this.sources.length === 2 ? String(1 - Number(model)) : 'none';
    byID('compare').value = (compare ?? other) === 'none' ? '' : check(compare ?? other);
  }

  /** Follows a unit, given as in 1,c,17: layer, symbol, unit. */
  follow(text) {
    const [layer, symbol, unit] = text.split(',');
    for (const panel of this.panels) {
      if (!panel.model.layers[layer] || !panel.model.symbols(Number(layer)).includes(symbol)) continue;
      panel.follow(Number(layer), symbol, Number(unit));
      panel.part('.coloring input[value="unit"]').checked = true;
    }
  }

  /** Makes the panels of the chosen models. */
  makePanels() {
    this.isWriting = false;
    const chosen = [byID('model').value, byID('compare').value].filter((index) => index !== '');
    this.panels = chosen.map((index, number) => new Panel(this.makeModel(Number(index)), number));
    byID('panels').replaceChildren(...this.panels.map(({ element }) => element));
    byID('panels').classList.toggle('two', this.panels.length > 1);
    for (const { element } of this.panels) element.classList.toggle('half', this.panels.length > 1);
    const names = this.panels.map(({ model }) => model.name);
    document.title = `${names.join(' and ')}: recurrent language ${names.length > 1 ? 'models' : 'model'}`;
    byID('title').textContent = document.title;
    this.report('');
    this.draw();
  }

  makeModel(index) {
    const { name, data } = this.sources[index];
    try {
      if (!this.files.has(index)) this.files.set(index, new TensorFile(decodeBase64(data)));
      return new Model(name, this.files.get(index));
    } catch (error) {
      throw new Error(`${name}: ${error.message}`);
    }
  }

  // MARK: Writing

  write() {
    if (this.panels.length === 0) return;
    const settings = readSettings();
    for (const panel of this.panels) panel.start(settings);
    this.updateFragment(settings);
    this.begin();
  }

  continue() {
    const { length, temperature, topP } = readSettings();
    for (const { writer } of this.panels) {
      if (!writer.canContinue) continue;
      Object.assign(writer.settings, { temperature, topP });
      writer.continue(length);
    }
    this.begin();
  }

  begin() {
    this.isWriting = true;
    this.startTime = performance.now();
    this.lastTime = this.startTime;
    this.due = 0;
    this.countBefore = this.generatedCount;
    this.report('writing');
    if (!this.isQueued) this.queue();
  }

  queue() {
    this.isQueued = true;
    requestAnimationFrame(() => {
      this.isQueued = false;
      if (this.isWriting) this.attempt(() => this.writeFrame());
    });
  }

  /** Writes for the time of one frame, or the characters that are due at a lower speed, and shows them. */
  writeFrame() {
    const now = performance.now();
    const speed = Number(byID('speed').value);
    // In milliseconds; drawing takes at most a third of the time.
    const frameTime = Math.min(60, Math.max(24, 2 * this.drawTime));
    this.due = Math.min(this.due + (now - this.lastTime) / 1000 * speed, 60);
    this.lastTime = now;
    let hasWritten = true;
    if (speed === 0) {
      while (hasWritten && performance.now() - now < frameTime) hasWritten = this.advance();
    } else {
      for (; hasWritten && this.due >= 1; this.due -= 1) hasWritten = this.advance();
    }
    const interval = reducedMotion.matches && speed === 0 ? 500 : 0;
    if (!hasWritten) {
      this.stop();
    } else if (now - (this.drawnTime ?? 0) >= interval) {
      this.drawnTime = now;
      this.draw();
      byID('progress').textContent = `${grouped(this.panels[0].writer.generatedCount)} characters`;
    }
    if (this.isWriting) this.queue();
  }

  /** Lets each panel write one character. Returns whether any did. */
  advance() {
    let hasWritten = false;
    for (const panel of this.panels) hasWritten = panel.advance() || hasWritten;
    return hasWritten;
  }

  /** The number of characters that all panels have written. */
  get generatedCount() {
    return this.panels.reduce((sum, { writer }) => sum + writer.generatedCount, 0);
  }

  stop() {
    if (!this.isWriting) return;
    this.isWriting = false;
    const seconds = (performance.now() - this.startTime) / 1000;
    const count = this.panels[0].writer.generatedCount;
    const rate = (this.generatedCount - this.countBefore) / seconds;
    const both = this.panels.length > 1 ? ' together' : '';
    this.report(`stopped after ${grouped(count)} characters, ${grouped(rate)} characters/s${both}`);
    this.draw();
  }

  clear() {
    this.isWriting = false;
    for (const panel of this.panels) panel.clear();
    this.report('');
  }

  /** Writes the whole text at once, for tests: the text of the first panel goes into the element #generated. */
  writeNow() {
    const settings = readSettings();
    const generated = byID('generated');
    for (const panel of this.panels) {
      panel.start(settings);
      const startTime = performance.now();
      while (panel.advance());
      if (panel !== this.panels[0]) continue;
      generated.textContent = panel.writer.generated;
      generated.dataset.rate = Math.round(panel.writer.generatedCount / (performance.now() - startTime) * 1000);
    }
    this.report(`stopped after ${grouped(this.panels[0].writer.generatedCount)} characters`);
    this.draw();
  }

  draw() {
    const startTime = performance.now();
    for (const panel of this.panels) panel.draw();
    this.drawTime = performance.now() - startTime;
  }

  report(text) {
    byID('status').textContent = text;
    byID('progress').textContent = '';
    this.updateButtons();
  }

  updateButtons() {
    byID('stop').disabled = !this.isWriting;
    byID('continue').disabled = this.isWriting || !this.panels.some(({ writer }) => writer.canContinue);
    byID('clear').disabled = !this.panels.some(({ writer }) => writer.hasRead);
  }
}

const page = new Page();
page.attempt(() => page.applyFragment());
