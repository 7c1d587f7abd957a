import type { ScalarDeclarations } from './scalar-declaration';
import { scalarDefinition, scalarRole } from './scalars';

export type Better = 'lower' | 'higher';

/** The quantity that the last word of a name tells, and which way of it is better. */
const LOWER =
  /^(?:loss|error|err|mse|mae|rmse|mape|msle|smape|mre|perplexity|ppl|wer|cer|eer|nll|bpb|bpc|bpd|fid|crossentropy|entropyloss|lpips)$/;
const HIGHER =
  /^(?:accuracy|acc|top\d+|auc|auroc|auprc|prauc|f\d|f\d?score|fbeta|precision|recall|map(?:\d+)?|ap\d+|miou|iou|dice|jaccard|bleu|sacrebleu|chrf|rouge(?:\d+|l|lsum)?|meteor|r\d|psnr|ssim|mcc|kappa|ndcg|mrr|reward|rew|return)$/;
/** Words behind a quantity that say how it was summed up, and of what: `f1_score`, `error_rate`, `ep_rew_mean`, `loss_1`, `mAP50-95(B)`. */
const SUMMED = /^(?:score|mean|avg|average|macro|micro|weighted|value|rate|epoch|step|iter|smoothed|total|\d+|[a-z])$/;

/** By the words of its quantity; null = a name that tells none, such as `loss_scale` or `lr`. */
function betterByName(name: string): Better | null {
  const { base, isRunningMean } = scalarRole(name);
  // Of an epoch so far: its best is that of a lucky beginning.
  if (isRunningMean) return null;
  const words = base
    .replaceAll('mAP', 'map')
    .replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, '_')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  for (let at = words.length - 1; at >= 0; at--) {
    const word = words[at] ?? '';
    if (LOWER.test(word)) return 'lower';
    if (HIGHER.test(word)) return 'higher';
    if (!SUMMED.test(word)) return null;
  }
  return null;
}

/** Which way a scalar is better: as every run or (`declared`) this run says, else as its name tells; null = neither. */
export function betterOf(name: string, declared: ScalarDeclarations): Better | null {
  const known = scalarDefinition(name, declared);
  return known?.better ?? (known !== null && !Object.hasOwn(declared, name) ? null : betterByName(name));
}
