/**
 * The known word a person most likely meant: the one with the fewest letters added, left out, changed or swapped,
 * if those are at most a third of its length (at least 1). Null when none is near; the first of equals wins.
 */
export function nearest(typed: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const word of known) {
    const distance = word.startsWith(typed) && typed.length >= 2 ? 0.5 : editDistance(typed.toLowerCase(), word);
    if (distance <= Math.max(1, Math.floor(word.length / 3)) && distance < bestDistance) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment distance (Damerau–Levenshtein with adjacent swaps). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** What a person who typed something unknown may have meant, as a sentence. `prefix` stands before each known word. */
export function suggestion(typed: string, known: readonly string[], prefix = ''): string {
  const near = nearest(typed, known);
  return near === null ? listOf(known.map((word) => prefix + word)) : `Did you mean "${prefix}${near}"?`;
}

export function listOf(known: readonly string[]): string {
  return known.length === 0 ? 'It takes none; see --help.' : `There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`;
}
