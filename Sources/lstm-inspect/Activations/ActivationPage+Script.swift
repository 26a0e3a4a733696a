extension ActivationPage {
  /// JavaScript that colours the text by the activations of the selected unit.
  static let script = """
    "use strict";
    const data = JSON.parse(document.getElementById("data").textContent);
    const [unitPicker, trackPicker, text, legend, value] =
      ["unit", "track", "text", "legend", "value"].map(id => document.getElementById(id));
    const steps = 8;

    // What cannot be seen has a mark in its place.
    const marks = new Map([["\\n", "↵\\n"], ["\\r", "␍"], ["\\t", "→\\t"], [" ", " "]]);
    const spans = data.text.map((character, index) => {
      const span = document.createElement("span");
      span.dataset.index = index;
      const mark = marks.get(character) ?? (/^\\p{C}$/u.test(character) ? "·" : null);
      if (mark === null || mark === " ") {
        span.textContent = character;
      } else {
        const shown = document.createElement("s");
        shown.textContent = mark;
        span.append(shown);
      }
      return span;
    });
    text.append(...spans);

    const decoded = new Map();
    function valuesOf(track) {
      if (!decoded.has(track)) decoded.set(track, Int8Array.from(atob(track.values), c => c.charCodeAt(0)));
      return decoded.get(track);
    }
    const numberOf = (track, byte) => track.least + (byte + 127) / 254 * (track.greatest - track.least);
    const className = step => (step < 0 ? "n" : "p") + Math.abs(step);

    // Of each unit, what tracks something best, until somebody asks for another thing.
    let unit = 0;
    let trackName = null;
    function currentTrack() {
      const { tracks, best } = data.units[unit];
      const named = name => tracks.find(track => track.name === name);
      return named(trackName) ?? named(best) ?? tracks[0];
    }

    function show() {
      const track = currentTrack();
      const values = valuesOf(track);
      spans.forEach((span, index) => { span.className = className(Math.round(values[index] / 127 * steps)); });
      unitPicker.selectedIndex = unit;
      trackPicker.replaceChildren(...data.units[unit].tracks.map(({ name }) => new Option(name, name)));
      trackPicker.value = track.name;
      const swatches = document.createElement("span");
      for (let step = -steps; step <= steps; step += 1) {
        const swatch = document.createElement("i");
        swatch.className = className(step);
        swatches.append(swatch);
      }
      const [least, greatest] = [track.least, track.greatest].map(number => number.toFixed(2).replace("-", "−"));
      legend.replaceChildren(least, swatches, greatest);
      legend.setAttribute("aria-label", `colours from blue for ${least} to orange for ${greatest}`);
      value.textContent = "";
      for (const button of document.querySelectorAll("button[data-unit]")) {
        const isShown = button.dataset.unit === data.units[unit].name && button.dataset.track === track.name;
        button.setAttribute("aria-current", isShown);
      }
    }

    function move(count) {
      unit = (unit + count + data.units.length) % data.units.length;
      show();
    }
    function moveTrack(count) {
      const names = data.units[unit].tracks.map(track => track.name);
      trackName = names[(names.indexOf(currentTrack().name) + count + names.length) % names.length];
      show();
    }

    unitPicker.replaceChildren(...data.units.map(({ name, note }) => new Option(note ? `${name} – ${note}` : name, name)));
    unitPicker.addEventListener("change", () => { unit = unitPicker.selectedIndex; show(); });
    trackPicker.addEventListener("change", () => { trackName = trackPicker.value; show(); });
    document.getElementById("previous").addEventListener("click", () => move(-1));
    document.getElementById("next").addEventListener("click", () => move(1));
    for (const button of document.querySelectorAll("button[data-unit]")) {
      button.addEventListener("click", () => {
        unit = data.units.findIndex(({ name }) => name === button.dataset.unit);
        trackName = button.dataset.track;
        show();
      });
    }
    document.addEventListener("keydown", event => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target.tagName === "SELECT") return;
      const moves = {
        ArrowLeft: () => move(-1), ArrowRight: () => move(1),
        t: () => moveTrack(1), T: () => moveTrack(-1),
      };
      if (!moves[event.key]) return;
      event.preventDefault();
      moves[event.key]();
    });
    // An address that ends in #1:179 shows unit 179 of layer 1.
    function showAddressed() {
      const index = data.units.findIndex(({ name }) => name === location.hash.slice(1));
      if (index >= 0) unit = index;
      show();
    }
    addEventListener("hashchange", showAddressed);
    text.addEventListener("pointerover", event => {
      const span = event.target.closest("[data-index]");
      if (!span) return;
      const track = currentTrack();
      const number = numberOf(track, valuesOf(track)[span.dataset.index]);
      value.textContent = `${track.name} = ${number.toFixed(3).replace("-", "−")} at character ${span.dataset.index}`;
    });
    showAddressed();
    """
}
