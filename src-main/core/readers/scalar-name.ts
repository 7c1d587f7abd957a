const MAX_NAME = 200;

/** A name as it can be kept: without control characters, and no longer than any name may be. */
export const scalarName = (told: string): string =>
  told
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, MAX_NAME);
