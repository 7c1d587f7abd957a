/** Numbers that programs print beside their scalars: counters, times, sizes, identities. */
const NO_SCALAR = new Set(
  (
    'step steps global_step iter iters iteration iterations it batch batches update updates num_updates epoch epochs ep ' +
    'eta time times date elapsed remaining duration data_time batch_time data runtime secs seconds ' +
    'timestamp ts _timestamp _runtime _step created asctime ' +
    'pid tid ppid rank local_rank global_rank world_size nproc node gpu gpus device cuda port seed random_seed ' +
    'v_num version level levelno lineno line id job_id run_id task size max_mem mem memory max_memory gpu_mem vram ' +
    'batch_size num_workers workers n_gpu num_gpus max_epochs max_steps total_steps num_epochs total total_params params parameters'
  ).split(' '),
);

/** Words of a training program's numbers; a line without a step is only believed where it has one of them. */
const METRIC_WORD =
  /(?:^|[^a-z])(?:loss(?:es)?|acc(?:uracy)?[\d@]*|top\d|err(?:or)?|f1|auc|auroc|map\d*|ap\d*|iou|miou|dice|mse|rmse|mae|mape|r2|bleu|rouge\w*|wer|cer|ppl|perplexity|bpb|bpc|nll|elbo|kl|kld|psnr|ssim|lpips|fid|reward|return|score|precision|recall|lr|learning[ _]rate|grad(?:ient)?[ _]?norm|mfu|throughput|tokens?_per_sec(?:ond)?|samples?_per_sec(?:ond)?)(?:$|[^a-z])/i;

/** Whether a name that a program gave a number is one of a scalar, rather than of a counter, a time or an identity. */
export const isScalarName = remembered(
  (name) => name.length <= 200 && /^[\p{L}_]/u.test(name) && !NO_SCALAR.has(name.toLowerCase().replaceAll(/[\s-]+/g, '_')),
);

/** Whether people call the result or the course of a training so. */
export const isMetricName = remembered((name) => METRIC_WORD.test(name.replaceAll('_', ' ')) || METRIC_WORD.test(name));

/** Names of which an answer is remembered. */
const REMEMBERED_MAX = 1000;
const REMEMBERED_LENGTH = 200;

/** The same answers as `answerOf`, each worked out once: a program says the same few names again and again. */
export function remembered<T extends boolean | string>(answerOf: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (name.length > REMEMBERED_LENGTH) return answerOf(name);
    let answer = known.get(name);
    if (answer === undefined) {
      if (known.size >= REMEMBERED_MAX) known.clear();
      known.set(name, (answer = answerOf(name)));
    }
    return answer;
  };
}

/** Names that were seen last, by their lengths and ends. */
const SEEN_MAX = 256;
const seen: string[] = Array.from({ length: SEEN_MAX }, () => '');

/**
 * The name that stands there, as the same text each time: one that is cut out anew has to be added up again for each table it is
 * looked up in, which took more than reading its number.
 */
export function nameAt(text: string, from: number, to: number): string {
  const length = to - from;
  if (length === 0) return '';
  const slot = (length * 31 + text.charCodeAt(from) * 7 + text.charCodeAt(to - 1)) % SEEN_MAX;
  const known = seen[slot] ?? '';
  if (known.length === length && text.startsWith(known, from)) return known;
  const name = text.slice(from, to);
  seen[slot] = name;
  return name;
}

const PARTS: Readonly<Record<string, 'train' | 'val' | 'test'>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  dev: 'val',
  eval: 'val',
  evaluation: 'val',
  test: 'test',
  testing: 'test',
};

/** Of which part of the data a word says that numbers are; null = it says nothing of that. */
export function dataPart(word: string): 'train' | 'val' | 'test' | null {
  // The shortest and the longest: most words are passed by after this.
  if (word.length < 3 || word.length > 10) return null;
  const known = word.toLowerCase();
  return Object.hasOwn(PARTS, known) ? (PARTS[known] ?? null) : null;
}

/** Words that belong to a name that begins after them: "learning rate", "Average loss". */
export const QUALIFIERS: ReadonlySet<string> = new Set([
  'average',
  'avg',
  'mean',
  'running',
  'best',
  'learning',
  'grad',
  'gradient',
  'smoothed',
  'top',
  'per',
]);
