import type { MeterSide, PowerPlaceKind } from '../model/power-tree';

/** A word of the trade, in the languages it is written in, and the kind of place that it stands for. */
interface Concept {
  readonly word: string;
  readonly kind: PowerPlaceKind;
  readonly latin: readonly string[];
  readonly chinese: readonly string[];
}

const concepts: readonly Concept[] = [
  {
    word: 'utility',
    kind: 'utility',
    latin: ['utility', 'main', 'mains', 'grid', 'incomer', 'incoming'],
    chinese: ['市电', '总进线', '进线', '总表', '主表', '电网'],
  },
  {
    word: 'generator',
    kind: 'generator',
    latin: ['generator', 'genset', 'diesel'],
    chinese: ['柴油发电机', '发电机', '柴发', '油机'],
  },
  { word: 'solar', kind: 'solar', latin: ['solar', 'pv', 'photovoltaic', 'photovoltaics'], chinese: ['光伏', '太阳能'] },
  { word: 'battery', kind: 'battery', latin: ['battery', 'batteries', 'bess'], chinese: ['储能电池', '蓄电池', '储能', '电池'] },
  { word: 'transformer', kind: 'transformer', latin: ['transformer', 'xfmr', 'trafo'], chinese: ['变压器'] },
  { word: 'ups', kind: 'ups', latin: ['ups'], chinese: ['不间断电源', '不间断'] },
  {
    word: 'pdu',
    kind: 'pdu',
    latin: ['pdu', 'rpdu', 'epdu', 'rpp', 'busway', 'busbar'],
    chinese: ['配电单元', '列头柜', '配电柜', '小母线', '插排'],
  },
  { word: 'rack', kind: 'rack', latin: ['rack', 'cabinet'], chinese: ['机柜', '机架'] },
  { word: 'node', kind: 'node', latin: ['node', 'server', 'host'], chinese: ['服务器', '节点', '主机'] },
  { word: 'chiller', kind: 'cooling', latin: ['chiller'], chinese: ['冷水机组', '冷机'] },
  {
    word: 'crah',
    kind: 'cooling',
    latin: ['crah', 'crac', 'ahu', 'hvac', 'aircon'],
    chinese: ['精密空调', '机房空调', '列间空调', '空调'],
  },
  { word: 'pump', kind: 'cooling', latin: ['pump', 'pumps', 'cdu'], chinese: ['冷冻泵', '冷却泵', '水泵'] },
  { word: 'tower', kind: 'cooling', latin: ['tower', 'drycooler'], chinese: ['冷却塔', '干冷器'] },
  { word: 'cooling', kind: 'cooling', latin: ['cooling', 'cooler'], chinese: ['制冷', '冷却'] },
  { word: 'light', kind: 'lighting', latin: ['light', 'lights', 'lighting', 'lamp', 'lamps'], chinese: ['照明', '灯具'] },
];

const byLatin = new Map(concepts.flatMap(({ word, latin }) => latin.map((own) => [own, word] as const)));
const kindOfWord = new Map(concepts.map(({ word, kind }) => [word, kind]));
/** Words that say where or what of it is metered. */
const otherChinese: Readonly<Record<string, readonly string[]>> = {
  input: ['进线侧', '输入侧', '输入'],
  output: ['出线侧', '输出侧', '输出'],
  outlet: ['插座', '插口', '支路'],
  meter: ['智能电表', '电表', '功率'],
  supply: ['供电', '电源'],
  '': ['号'],
};
/** Longer ones first: 储能电池 is one word. */
const chinese = [
  ...concepts.flatMap(({ word, chinese: own }) => own.map((text) => ({ word, text }))),
  ...Object.entries(otherChinese).flatMap(([word, own]) => own.map((text) => ({ word, text }))),
].sort((a, b) => b.text.length - a.text.length);

const sideWords: Readonly<Record<MeterSide, ReadonlySet<string>>> = {
  input: new Set(['input', 'in', 'inlet', 'upstream']),
  output: new Set(['output', 'out', 'downstream']),
};
const outletWords: ReadonlySet<string> = new Set(['outlet', 'socket', 'plug', 'breaker', 'branch']);
/** What is said of a thing that is no part of its name. */
const fillers: ReadonlySet<string> = new Set(['meter', 'power', 'supply', 'feed']);

/** A name in words and numbers, those of the trade brought to one: “UPS-02” and “不间断电源2” are both `ups 2`. */
export function wordsOf(name: string): string[] {
  let text = name.normalize('NFKC').toLowerCase();
  for (const { word, text: own } of chinese) text = text.replaceAll(own, ` ${word} `);
  const found = text.match(/\p{Script=Han}+|\p{L}+|\p{N}+/gu) ?? [];
  return found.map((part) =>
    /^\d+$/.test(part) ? String(Number(part)) : (byLatin.get(part) ?? byLatin.get(part.replace(/s$/, '')) ?? part),
  );
}

/** The kinds of place that a name has words of, in their order; no kind twice. */
function kindsIn(name: string): PowerPlaceKind[] {
  return [...new Set(wordsOf(name).flatMap((word) => kindOfWord.get(word) ?? []))];
}

/** The one kind that a name means. The supply is said of much that it feeds (“main PDU”), and a battery of what it is in. */
export function kindIn(name: string): PowerPlaceKind | null {
  const kinds = kindsIn(name);
  if (kinds.includes('ups')) return 'ups';
  return kinds.filter((kind) => kind !== 'utility').at(-1) ?? kinds[0] ?? null;
}

/** On which side a name says that it is measured. */
export function sideIn(name: string): MeterSide | null {
  const words = wordsOf(name);
  const [input, output] = [words.some((word) => sideWords.input.has(word)), words.some((word) => sideWords.output.has(word))];
  return input === output ? null : input ? 'input' : 'output';
}

const sidePattern = new RegExp(
  `[\\s_-]*(?:(?<![a-z0-9])(?:${[...sideWords.input, ...sideWords.output].join('|')})(?![a-z0-9])|${[...(otherChinese['input'] ?? []), ...(otherChinese['output'] ?? [])].join('|')})`,
  'giu',
);

/** What a place is called whose meter says its side as well: “UPS 2 input” and “UPS 2 output” are of one. */
export function withoutSide(name: string): string {
  const left = name.replace(sidePattern, '').trim();
  return left === '' ? name.trim() : left;
}

/** Whether a name is of one outlet or branch: what it feeds, and no more than a part of what gives it. */
export const isOutlet = (name: string): boolean => wordsOf(name).some((word) => outletWords.has(word));

const isNumber = (word: string | undefined): boolean => word !== undefined && /^\d+$/.test(word);
const isOnlyKind = (words: readonly string[]): boolean =>
  words.every((word) => kindOfWord.has(word) || fillers.has(word) || sideWords.input.has(word) || sideWords.output.has(word));

/**
 * How much of a meter's name is the name of a place, in letters; 0 = it is not in it, or says no more than a kind. “PDU-3 outlet 12
 * gpu-node-07” has `gpu-node-07` in it, and `PDU 3`, and neither `gpu-node-0` nor `PDU`.
 */
export function nameWithin(meter: string, place: string): number {
  const [all, own] = [wordsOf(meter), wordsOf(place)];
  if (own.length === 0 || isOnlyKind(own) || own.every(isNumber)) return 0;
  for (let from = 0; from + own.length <= all.length; from++) {
    if (!own.every((word, i) => all[from + i] === word)) continue;
    // A number that goes on is another's: “rack” is not in “rack 4”, “node 7” not in “node 7 1”.
    if (!isNumber(own.at(-1)) && isNumber(all[from + own.length])) continue;
    return own.join('').length;
  }
  return 0;
}

const specific = (name: string): string[] => wordsOf(name).filter((word) => kindOfWord.get(word) === 'cooling' && word !== 'cooling');

/** Whether two names of the same kind can mean the same: neither has a number or a letter that the other contradicts. */
export function canBeSame(meter: string, place: string): boolean {
  // Of a name with a kind in it, what stands beside it: the 9 of “9PX” says nothing of which UPS it is.
  const marks = (name: string): string => {
    const words = wordsOf(name);
    return words
      .filter(
        (word, i) => (isNumber(word) || /^[a-z]$/.test(word)) && [words[i - 1], words[i + 1]].some((near) => kindOfWord.has(near ?? '')),
      )
      .join(' ');
  };
  const [a, b] = [marks(meter), marks(place)];
  const [coolers, others] = [specific(meter), specific(place)];
  // A chiller is no pump, though both cool.
  if (coolers.length > 0 && others.length > 0 && !coolers.some((word) => others.includes(word))) return false;
  return a === '' || b === '' || a === b;
}

/** Whether two meters are called as the two supplies of one thing: alike but for one letter or number, which says which. */
export function areTwins(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  if (a.length !== b.length) return false;
  const apart = a.flatMap((word, i) => (word === b[i] ? [] : [i]));
  const [at] = apart;
  if (apart.length !== 1 || at === undefined) return false;
  const isLetter = [a[at], b[at]].every((word) => word === 'a' || word === 'b');
  const before = a[at - 1];
  return isLetter || (before !== undefined && ['psu', 'feed', 'supply'].includes(before));
}

/** A management controller is called by its server, with something of its own around. */
const controllerWords: ReadonlySet<string> = new Set(['bmc', 'ipmi', 'idrac', 'ilo', 'xcc', 'ilom', 'mgmt', 'oob', 'mc', 'lom']);

/** The words of the server that a management controller's host name is of; null = it is an address. */
export function serverOfController(host: string): string | null {
  if (/^[\d.]+$/.test(host) || host.includes(':')) return null;
  const words = (host.split('.')[0] ?? '').split(/[-_]/).filter((word) => !controllerWords.has(word.toLowerCase()));
  return words.length === 0 ? null : words.join('-');
}
