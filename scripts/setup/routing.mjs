/** The options a window takes, each with a value; any other option is for the console, whose parser also answers for typing errors. */
const WINDOW_OPTIONS = ['--data', '--scenario', '--gpu-hz'];
/** One that a window takes with or without a value. */
const SERVE_FEEDS = '--serve-feeds';
const INFORMATION = ['--help', '-h', '--version', '-v'];

/**
 * @typedef {object} Route
 * @property {'window' | 'headless'} host which of the product's hosts runs
 * @property {string[]} args what it is given
 * @property {boolean} opensDatabase false only for arguments that are answered and done with
 */

/**
 * Where the arguments after `npm start --` go. Options alone open the product: its window, or the console on a machine
 * without a display or with an option that only the console has. A command, before or behind options, is for the terminal
 * host, which also answers for what it does not know.
 *
 * @param {readonly string[]} args
 * @param {{ display: boolean }} on
 * @returns {Route}
 */
export function route(args, { display }) {
  const [first, ...rest] = args;
  // npm takes the "--" of "npm start -- run" away; others hand it on, and so does who starts this file directly.
  if (first === '--') return route(rest, { display });
  if (first !== undefined && INFORMATION.includes(first)) return { host: 'headless', args: [...args], opensDatabase: false };
  if (display && forWindow(args)) return { host: 'window', args: [...args], opensDatabase: true };
  return { host: 'headless', args: [...args], opensDatabase: true };
}

function forWindow(args) {
  for (let i = 0; i < args.length; i++) {
    const [name] = args[i].split('=', 1);
    if (name === SERVE_FEEDS) {
      if (name === args[i] && /^\d+$/.test(args[i + 1] ?? '')) i++;
      continue;
    }
    if (!WINDOW_OPTIONS.includes(name)) return false;
    if (name === args[i] && (args[++i] ?? '--').startsWith('--')) return false;
  }
  return true;
}
