/**
 * The data folder typed after --data, or null. Chromium's and the debugger's own switches stand among the words,
 * so nothing else is looked at; npm start has checked the rest.
 */
export function typedDataDir(argv: readonly string[]): string | null {
  const at = argv.findIndex((word) => word === '--data' || word.startsWith('--data='));
  const word = argv[at];
  if (word === undefined) return null;
  const value = word === '--data' ? argv[at + 1] : word.slice('--data='.length);
  return value === undefined || value === '' ? null : value;
}
