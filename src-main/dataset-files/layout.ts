/** Names of the files of a stored version (docs/datasets.md). */
export const VERSION_FILE = 'version.json';
export const PARTS_FILE = 'parts.u8';
/** Values of the column at this place, from 0. */
export const valuesFile = (column: number): string => `${column}.values`;
/** Lengths of its rows, of texts in bytes and of audio in samples; −1 = no value. */
export const lengthsFile = (column: number): string => `${column}.lengths`;
/** The same file packed with gzip, as shipped data sets have it. */
export const packed = (name: string): string => `${name}.gz`;
export const versionFolder = (version: number): string => `v${version}`;
