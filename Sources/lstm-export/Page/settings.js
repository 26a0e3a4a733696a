// The settings of a text: in the controls of the page, and in the fragment of its address for sharing, as in
// #prompt=The%20&temperature=0.8&top_p=0.9&seed=7&length=500&model=0&write=1
//
// model, compare: indexes of the models (compare=none for a single one); hold: a held gate, as in f=0, or one for each
// panel, as in f=0,z=1; follow: layer, symbol and unit, as in 1,c,17; write: 1 to write, now to write without animation. Values are percent-encoded.

const byID = (id) => document.getElementById(id);

/** Returns the settings of a text from the controls; throws an error that names an invalid one. */
function readSettings() {
  const number = (id, name, isValid, range) => {
    const text = byID(id).value.trim();
    const value = Number(text);
    if (text === '' || !isValid(value)) throw new Error(`${name}: '${text}' is not ${range}`);
    return value;
  };
  const seed = byID('seed').value.trim();
  if (!/^[0-9]{1,20}$/.test(seed) || BigInt(seed) >= 2n ** 64n) {
    throw new Error(`seed: '${seed}' is not an integer from 0 to 18446744073709551615`);
  }
  return {
    prompt: byID('prompt').value,
    temperature: number('temperature', 'temperature', (x) => x >= 0 && x <= 10, 'a number from 0 to 10'),
    topP: number('top-p', 'top-p', (x) => x > 0 && x <= 1, 'a number above 0 and at most 1'),
    seed: BigInt(seed),
    length: number('length', 'length', (x) => Number.isInteger(x) && x > 0 && x <= 1e6, 'an integer from 1 to 1000000'),
  };
}

/** The controls of settings, by their names in the fragment. */
const settingControls = {
  prompt: 'prompt', temperature: 'temperature', top_p: 'top-p', seed: 'seed', length: 'length', speed: 'speed',
};

/** Sets the controls to given settings. */
function fillSettings(given) {
  for (const [key, id] of Object.entries(settingControls)) {
    if (given[key] === undefined) continue;
    byID(id).value = given[key];
    // A control discards a value that is not one of its own.
    if (byID(id).value === '' && given[key] !== '') throw new Error(`${key}: '${given[key]}' is not a valid value`);
  }
}

/** Returns a fragment with settings. */
function makeFragment(settings) {
  return `#${Object.entries(settings).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`;
}

/** Returns the settings in a fragment, as texts. */
function parseFragment(fragment) {
  return Object.fromEntries(fragment.slice(1).split('&').filter(Boolean).map((part) => {
    const [key, ...value] = part.split('=');
    try {
      return [key, decodeURIComponent(value.join('='))];
    } catch {
      throw new Error(`the address of the page has a malformed setting '${part}'`);
    }
  }));
}
