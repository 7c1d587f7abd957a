/**
 * The data folder typed after --data, or null. Chromium's and the debugger's own switches stand among the arguments,
 * so nothing else is looked at; npm start has checked the rest.
 */
export function dataDirArg(argv: readonly string[]): string | null {
  return valueOf(argv, '--data');
}

/** Stands among the arguments when the session starts the app: it is to meter in the tray, without a window. */
export const IN_TRAY = '--in-tray';

/** The simulated room typed after --scenario, or null. Whether there is such a one, the core says. */
export function scenarioArg(argv: readonly string[]): string | null {
  return valueOf(argv, '--scenario');
}

/** The first port of the scenario's served feeds typed after --serve-feeds; 0 = free ones, null = they are not served. */
export function serveFeedsArg(argv: readonly string[]): number | null {
  if (!argv.some((arg) => arg === '--serve-feeds' || arg.startsWith('--serve-feeds='))) return null;
  const typed = valueOf(argv, '--serve-feeds') ?? '';
  const port = /^\d{1,5}$/.test(typed) ? Number(typed) : 0;
  return port <= 65_000 ? port : 0;
}

/** The GPUs' samples a second typed after --gpu-hz, or null. The core checks them. */
export function gpuHzArg(argv: readonly string[]): string | null {
  return valueOf(argv, '--gpu-hz');
}

function valueOf(argv: readonly string[], option: string): string | null {
  const at = argv.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  const arg = argv[at];
  if (arg === undefined) return null;
  const value = arg === option ? argv[at + 1] : arg.slice(option.length + 1);
  return value === undefined || value === '' ? null : value;
}
