const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const PLAIN_EVERY_MS = 10_000;

/**
 * @typedef {object} Step one running step's line
 * @property {(fraction: number | null, note?: string) => void} update fraction done in 0…1, or null when the size is unknown
 * @property {(result?: string) => void} done ends the line: the step worked
 * @property {() => void} failed ends the line: the step did not work (the error itself says why)
 */

/** @param {number} ms @returns {string} for example `7 s` or `2 min 05 s` */
export function formatElapsed(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Prints one line of the set-up: something the person should know, that takes no time. */
export function say(text) {
  process.stderr.write(`· ${text}\n`);
}

/**
 * Starts a step's line on stderr (stdout belongs to the product). On a terminal the line is redrawn with a percentage,
 * or with a turning mark when the size is unknown; elsewhere a plain line comes at the start, every ten seconds and at
 * the end, so that a log of a long step never looks dead.
 *
 * @param {string} label what is being done, for example `Downloading Electron 45.4.1`
 * @param {NodeJS.WriteStream | { write(text: string): unknown, isTTY?: boolean }} [stream]
 * @returns {Step}
 */
export function startStep(label, stream = process.stderr) {
  const startedMs = performance.now();
  const elapsed = () => formatElapsed(performance.now() - startedMs);
  let fraction = null;
  let note = '';
  let frame = 0;
  let ended = false;

  const state = () => {
    const percent = fraction === null ? '' : ` ${String(Math.floor(fraction * 100)).padStart(3)}%`;
    return `${percent}${note ? ` ${note}` : ''} (${elapsed()})`;
  };
  const draw = () => {
    if (stream.isTTY) stream.write(`\r\x1b[2K${FRAMES[frame++ % FRAMES.length]} ${label}${state()}`);
    else stream.write(`… ${label}${state()}\n`);
  };
  if (stream.isTTY) draw();
  else stream.write(`… ${label}\n`);
  const timer = setInterval(draw, stream.isTTY ? 100 : PLAIN_EVERY_MS);
  timer.unref();

  const end = (mark, result) => {
    if (ended) return;
    ended = true;
    clearInterval(timer);
    stream.write(`${stream.isTTY ? '\r\x1b[2K' : ''}${mark} ${label}${result ? `: ${result}` : ''} (${elapsed()})\n`);
  };
  return {
    update(nextFraction, nextNote = '') {
      fraction = nextFraction === null ? null : Math.min(1, Math.max(0, nextFraction));
      note = nextNote;
    },
    done: (result) => end('✓', result),
    failed: () => end('✗'),
  };
}

/**
 * Runs one step under its own progress line.
 *
 * @template T
 * @param {string} label
 * @param {(step: Step) => Promise<T>} work
 * @returns {Promise<T>} what the work returned; its error passes through
 */
export async function withStep(label, work) {
  const step = startStep(label);
  try {
    const value = await work(step);
    step.done();
    return value;
  } catch (error) {
    step.failed();
    throw error;
  }
}
