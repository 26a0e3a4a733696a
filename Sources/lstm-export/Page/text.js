// The text of a panel: one element for each of the last characters, which can be pointed at or reached by arrow keys.

/** The element of a text that is being written. */
class TextView {
  static mostOlder = 20000;

  /**
   * @param {number} capacity the number of characters with an element of their own; older ones are plain text
   * @param {function(?number, boolean)} show called with the character to show, or null for the newest, and whether the
   *     user chose it with the keyboard
   */
  constructor(element, capacity, show) {
    this.element = element;
    this.capacity = capacity;
    this.show = show;
    this.clear();
    element.addEventListener('pointerover', (event) => this.preview(event));
    element.addEventListener('pointerleave', () => this.show(this.chosen, false));
    element.addEventListener('click', (event) => this.chooseAt(event));
    element.addEventListener('keydown', (event) => this.chooseByKey(event));
  }

  clear() {
    this.element.replaceChildren();
    this.spans = [];
    this.first = 0;  // the number of the first character with an element
    this.chosen = null;
    this.shown = null;
    this.older = null;
  }

  get count() {
    return this.first + this.spans.length;
  }

  /** Appends characters as { text, isPrompt, className } and keeps the end in view if it was. */
  append(characters) {
    if (characters.length === 0) return;
    const { element } = this;
    const wasAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 30;
    const added = document.createDocumentFragment();
    for (const { text, isPrompt, className } of characters) {
      const span = document.createElement('span');
      span.textContent = text;
      span.fixedClasses = `${isPrompt ? 'prompt ' : ''}${text === '\n' ? 'feed ' : ''}`;
      span.className = span.fixedClasses + className;
      span.number = this.count;
      this.spans.push(span);
      added.append(span);
    }
    element.append(added);
    if (this.spans.length > this.capacity) this.removeOldest(this.spans.length - Math.floor(this.capacity * 0.9));
    if (wasAtEnd) element.scrollTop = element.scrollHeight;
  }

  /** Replaces the elements of the oldest characters by plain text, of which the end is kept. */
  removeOldest(count) {
    if (this.older === null) {
      this.older = document.createElement('span');
      this.older.className = 'older';
      this.older.append('');
      this.element.prepend(this.older);
    }
    const removed = this.spans.splice(0, count);
    this.first += count;
    const plain = this.older.firstChild;
    let text = plain.data + removed.map((span) => span.textContent).join('');
    if (text.length > TextView.mostOlder) text = `…${text.slice(-TextView.mostOlder)}`;
    plain.data = text;
    for (const span of removed) span.remove();
    if (this.chosen !== null && this.chosen < this.first) this.chosen = null;
  }

  /** Sets the class of the shade of each character. */
  recolor(className) {
    for (const span of this.spans) span.className = span.fixedClasses + className(span.number);
    this.mark(this.shown);
  }

  /** Marks the character whose details are shown. */
  mark(number) {
    this.spans[this.shown - this.first]?.classList.remove('shown');
    this.shown = number;
    if (number !== null) this.spans[number - this.first]?.classList.add('shown');
  }

  preview({ target }) {
    if (target.number !== undefined) this.show(target.number, false);
  }

  chooseAt({ target }) {
    if (target.number !== undefined) this.choose(target.number === this.chosen ? null : target.number, false);
  }

  choose(number, byKeyboard) {
    this.chosen = number;
    this.show(number, byKeyboard);
    this.scrollTo(this.spans[number - this.first]);
  }

  /** Scrolls the text, not the page, until a character is visible. */
  scrollTo(span) {
    if (!span) return;
    const { element } = this;
    const lowest = span.offsetTop + span.offsetHeight + 8 - element.clientHeight;
    element.scrollTop = Math.max(lowest, Math.min(span.offsetTop - 8, element.scrollTop));
  }

  chooseByKey(event) {
    if (this.spans.length === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.count - 1;
    const current = this.chosen ?? last + 1;
    const next = {
      ArrowLeft: () => current - 1,
      ArrowRight: () => current + 1,
      ArrowUp: () => this.neighborInLine(current, -1),
      ArrowDown: () => this.neighborInLine(current, 1),
      Home: () => this.first,
      End: () => last,
      Escape: () => null,
    }[event.key];
    if (!next) return;
    event.preventDefault();
    const number = next();
    this.choose(number === null ? null : Math.min(last, Math.max(this.first, number)), true);
  }

  /** Returns the character above or below another one. */
  neighborInLine(number, direction) {
    const box = (index) => this.spans[index].getBoundingClientRect();
    let index = Math.min(this.spans.length - 1, number - this.first);
    const from = box(index);
    let best = null;
    for (index += direction; index >= 0 && index < this.spans.length; index += direction) {
      const to = box(index);
      const lines = Math.round(Math.abs(to.top - from.top) / (from.height || 1));
      if (lines === 0) continue;
      const distance = Math.abs(to.left - from.left);
      if (best !== null && (to.top !== best.top || distance > best.distance)) break;
      best = { index, distance, top: to.top };
    }
    return best === null ? number : this.first + best.index;
  }
}
