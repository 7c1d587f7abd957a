/** What launchers and programs put before the lines of one of several processes: `[rank1]:` (PyTorch), `[default1]:` (torchrun), `[GPU 1]`. */
const LABEL = /\[(rank|local_rank|default|worker|gpu|process|proc|node)[ _:=-]?(\d{1,5})\]:?[ \t]*/iy;
/** `[1,3]<stdout>:`, of mpirun with --tag-output: job and rank. */
const MPI = /\[\d+,(\d{1,5})\]<std(?:out|err)>:?[ \t]*/y;
/** `rank 1: `, at the beginning of a line. */
const SPOKEN = /(rank|worker|process)[ _-]?(\d{1,5})[ \t]?[:|][ \t]*/iy;
/** `rank1.log`, `train-worker-3.out`, `log.gpu0.txt`. */
const IN_FILE = /(?:^|[^a-z])(rank|worker|gpu|process|proc|node|task)[ _.-]?(\d{1,5})(?!\d)/i;
/** How far into a line a label is looked for: behind a time, a level, a logger's name. */
const LABEL_WITHIN = 80;
/** Brackets before it at most. */
const BRACKETS_MAX = 4;

/** One of several processes that tell the same numbers. */
export interface Writer {
  /** What its names begin with. The first of all (0) is the one that speaks for the run: its names stay as they are. */
  readonly prefix: string;
  /** The line without its label, where it begins with that. */
  readonly text: string;
}

const prefixOf = (word: string, number: string): string => {
  const known = word.toLowerCase();
  return Number(number) === 0 ? '' : `${known === 'default' || known === 'local_rank' ? 'rank' : known}${Number(number)}/`;
};

/** Whose line it is; null = it has no label. Most lines are passed by after a look at their first letter and for a bracket. */
export function writerOf(text: string): Writer | null {
  const first = text.charCodeAt(0) | 32;
  // "r", "w" and "p"
  if (first === 114 || first === 119 || first === 112) {
    SPOKEN.lastIndex = 0;
    const [label, word = '', number = ''] = SPOKEN.exec(text) ?? [];
    if (label !== undefined) return { prefix: prefixOf(word, number), text: text.slice(label.length) };
  }
  let at = text.indexOf('[');
  for (let seen = 0; at >= 0 && at < LABEL_WITHIN && seen < BRACKETS_MAX; at = text.indexOf('[', at + 1), seen++) {
    LABEL.lastIndex = MPI.lastIndex = at;
    const [label, word = '', number = ''] = LABEL.exec(text) ?? [];
    if (label !== undefined) return { prefix: prefixOf(word, number), text: at === 0 ? text.slice(label.length) : text };
    const [tag, rank = ''] = MPI.exec(text) ?? [];
    if (tag !== undefined) return { prefix: prefixOf('rank', rank), text: at === 0 ? text.slice(tag.length) : text };
  }
  return null;
}

/** What the names of a log begin with that is one of several processes', by the name of its file; empty = it is not, or the first's. */
export function writerPrefix(fileName: string): string {
  const [, word, number] = IN_FILE.exec(fileName) ?? [];
  return word === undefined || number === undefined ? '' : prefixOf(word, number);
}
