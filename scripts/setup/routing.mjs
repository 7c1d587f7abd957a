/** The options a window takes, each with a value; any other option is for the console, whose parser also answers for typing errors. */
const WINDOW_OPTIONS = ['--data', '--scenario', '--gpu-hz'];
const INFORMATION = ['--help', '-h', '--version', '-v'];

/**
 * @typedef {object} Route
 * @property {'window' | 'headless'} host which of the product's hosts runs
 * @property {string[]} words what it is given
 * @property {boolean} opensDatabase false only for words that are answered and done with
 */

/**
 * Where the words after `npm start --` go. Options alone open the product: its window, or the console on a machine without
 * a display or with an option that only the console has. Any other first word is a command of the terminal host, which also answers for words it does not know.
 *
 * @param {readonly string[]} words
 * @param {{ display: boolean }} on
 * @returns {Route}
 */
export function route(words, { display }) {
  const [first] = words;
  if (first !== undefined && INFORMATION.includes(first)) return { host: 'headless', words: [...words], opensDatabase: false };
  if (first !== undefined && !first.startsWith('--')) return { host: 'headless', words: [...words], opensDatabase: true };
  if (display && forWindow(words)) return { host: 'window', words: [...words], opensDatabase: true };
  return { host: 'headless', words: ['serve', ...words], opensDatabase: true };
}

function forWindow(words) {
  for (let i = 0; i < words.length; i++) {
    const [name] = words[i].split('=', 1);
    if (!WINDOW_OPTIONS.includes(name)) return false;
    if (name === words[i] && (words[++i] ?? '--').startsWith('--')) return false;
  }
  return true;
}
