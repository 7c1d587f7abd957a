import type { FileSink } from './file-sink';
import { tellHparams } from './hparams';
import { scalarOfTensor } from './tensor';
import { BYTES, FIXED32, FIXED64, utf8, VARINT, Wire } from './wire';

/** What is known of one tag of a run. */
interface Tag {
  readonly bytes: Uint8Array;
  /** With the run's prefix. */
  readonly name: string;
  /** Which of TensorBoard's plugins it is for, as its first value says; empty = none was named. */
  plugin: string;
  isTold: boolean;
  /** Points at step 0 that followed each other from its first on; −1 = a step was told. */
  zeros: number;
  /** Its second point at step 0, until the next tells whether steps are told at all. */
  second: { readonly value: number; readonly atMs: number | null } | null;
  isHugeTold: boolean;
  next: Tag | null;
}

/** A tag's first bytes tell most of them apart; its length bounds what one of a hostile file costs. */
const MAX_TAG_BYTES = 4096;
const MAX_TAGS = 100_000;
const BUCKETS = 4096;

/** Kinds by the field of Summary.Value that has them. */
const kinds: Readonly<Record<number, string>> = { 3: 'histogram', 4: 'image', 5: 'histogram', 6: 'audio' };

/**
 * Reads the events of one run: the scalars of the files in one folder. Scalars are values written plainly or as tensors of rank 0;
 * whatever else a summary holds is listed and not decoded.
 */
export class EventDecoder {
  private readonly wire = new Wire();
  private readonly buckets: (Tag | null)[] = Array.from({ length: BUCKETS }, () => null);
  private readonly tags: Tag[] = [];
  private isCrowded = false;

  /** @param prefix of all its names: `train/`; may be empty */
  constructor(
    private readonly prefix: string,
    private readonly sink: FileSink,
  ) {}

  /**
   * Takes one event, bytes[from, to).
   * @param isWhole false = only its beginning is there, because of its size
   * @returns false where it is no event
   */
  take(bytes: Uint8Array, from: number, to: number, isWhole = true): boolean {
    const { wire } = this;
    wire.open(bytes, from, to);
    let wallTime = 0;
    let step = 0;
    let hasSummary = false;
    // The summary may stand before the step that it is of.
    while (wire.next()) {
      if (wire.is(1, FIXED64)) wallTime = wire.double();
      else if (wire.is(2, VARINT)) step = wire.int64();
      else {
        if (wire.is(5, BYTES)) hasSummary = true;
        wire.skip();
      }
    }
    if (wire.isBroken && isWhole) return false;
    if (!hasSummary && isWhole) return true;
    const atMs = wallTime > 0 && wallTime < 1e11 ? Math.round(wallTime * 1000) : null;
    wire.open(bytes, from, to);
    while (wire.next()) {
      if (!wire.is(5, BYTES)) {
        wire.skip();
        continue;
      }
      const outer = isWhole ? wire.enter() : this.enterPart();
      while (wire.next()) {
        if (wire.is(1, BYTES)) this.value(bytes, step, atMs, isWhole);
        else wire.skip();
      }
      wire.leave(outer);
    }
    return !wire.isBroken || !isWhole;
  }

  /** No more will come for now: what waited for the next point is told. */
  flush(): void {
    for (const tag of this.tags) if (tag.second !== null) this.countFrom(tag);
  }

  private value(bytes: Uint8Array, step: number, atMs: number | null, isWhole: boolean): void {
    const { wire } = this;
    const outer = isWhole ? wire.enter() : this.enterPart();
    let tagFrom = 0;
    let tagTo = 0;
    let simple: number | undefined;
    let tensorAt = -1;
    let metadataAt = -1;
    let kind = '';
    while (wire.next()) {
      if (wire.is(1, BYTES)) {
        const length = wire.length();
        tagFrom = wire.at;
        wire.at = tagTo = tagFrom + length;
      } else if (wire.is(2, FIXED32)) simple = wire.float();
      else {
        if (wire.is(8, BYTES)) tensorAt = wire.at;
        else if (wire.is(9, BYTES)) metadataAt = wire.at;
        else kind = kinds[wire.field] ?? kind;
        wire.skip();
      }
    }
    const { end } = wire;
    if (tagTo > tagFrom && (!wire.isBroken || !isWhole)) {
      const tag = this.tag(bytes, tagFrom, tagTo);
      if (tag !== null) {
        if (metadataAt >= 0) this.metadata(tag, metadataAt, bytes);
        if (simple === undefined && tensorAt >= 0 && isWhole && (tag.plugin === '' || tag.plugin === 'scalars')) {
          wire.at = tensorAt;
          const tensorOuter = wire.enter();
          simple = scalarOfTensor(wire, bytes);
          wire.end = tensorOuter;
          wire.isBroken = false;
        }
        if (simple !== undefined) this.point(tag, step, simple, atMs);
        else if (!tag.isTold) this.tellOther(tag, kind, tensorAt >= 0);
      }
      wire.at = wire.end = end;
      wire.isBroken = !isWhole && wire.isBroken;
    }
    wire.leave(outer);
  }

  private tellOther(tag: Tag, kind: string, isTensor: boolean): void {
    tag.isTold = true;
    const named = tag.plugin === 'images' ? 'image' : tag.plugin === 'histograms' ? 'histogram' : tag.plugin;
    this.sink.other(tag.name, kind || named || (isTensor ? 'tensor' : 'unknown'));
  }

  /** A message of which the end is not there: entered as far as it is. */
  private enterPart(): number {
    const { wire } = this;
    const outer = wire.end;
    const length = wire.varint();
    wire.end = Math.min(outer, wire.at + length);
    return outer;
  }

  private metadata(tag: Tag, at: number, bytes: Uint8Array): void {
    const { wire } = this;
    wire.at = at;
    wire.isBroken = false;
    const outer = wire.enter();
    while (wire.next()) {
      if (!wire.is(1, BYTES)) {
        wire.skip();
        continue;
      }
      const inner = wire.enter();
      let content: [number, number] = [0, 0];
      while (wire.next()) {
        if (wire.is(1, BYTES)) {
          const length = wire.length();
          if (tag.plugin === '' && length > 0) tag.plugin = utf8(bytes, wire.at, wire.at + length);
          wire.at += length;
        } else if (wire.is(2, BYTES)) {
          const length = wire.length();
          content = [wire.at, wire.at + length];
          wire.at += length;
        } else wire.skip();
      }
      if (tag.plugin === 'hparams') tellHparams(bytes, content[0], content[1], this.prefix, this.sink);
      wire.leave(inner);
    }
    wire.leave(outer);
    wire.isBroken = false;
  }

  private point(tag: Tag, step: number, value: number, atMs: number | null): void {
    if (!Number.isSafeInteger(step)) {
      if (!tag.isHugeTold)
        this.sink.notice(`${tag.name}: points whose step is beyond 2^53 − 1 are left out: no two of them could be told apart.`);
      tag.isHugeTold = true;
      return;
    }
    if (tag.zeros < 0) {
      this.sink.scalar({ name: tag.name, step, value, atMs });
      return;
    }
    if (step !== 0) {
      if (tag.second !== null) this.sink.scalar({ name: tag.name, step: 0, ...tag.second });
      tag.second = null;
      tag.zeros = -1;
      this.sink.scalar({ name: tag.name, step, value, atMs });
      return;
    }
    // One point at step 0 is what a run begins with, and a second may be of its restart; from the third on nobody counts.
    if (tag.zeros === 1 && tag.second === null) {
      tag.second = { value, atMs };
      return;
    }
    if (tag.second !== null) this.countFrom(tag);
    this.sink.scalar({ name: tag.name, step: tag.zeros++, value, atMs });
  }

  private countFrom(tag: Tag): void {
    if (tag.second === null) return;
    this.sink.notice(`${tag.name}: every point is written at step 0; they are counted in their order instead.`);
    this.sink.scalar({ name: tag.name, step: tag.zeros++, ...tag.second });
    tag.second = null;
  }

  private tag(bytes: Uint8Array, from: number, to: number): Tag | null {
    let hash = to - from;
    for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    const bucket = (hash ^ (hash >>> 15)) & (BUCKETS - 1);
    for (let tag = this.buckets[bucket] ?? null; tag !== null; tag = tag.next) if (isSame(tag.bytes, bytes, from, to)) return tag;
    if (to - from > MAX_TAG_BYTES || this.tags.length >= MAX_TAGS) {
      if (!this.isCrowded)
        this.sink.notice(
          `More than ${MAX_TAGS.toLocaleString('en-US')} tags, or one of more than ${MAX_TAG_BYTES} bytes: those are left out.`,
        );
      this.isCrowded = true;
      return null;
    }
    const name = this.prefix + utf8(bytes, from, to);
    const made: Tag = {
      bytes: bytes.slice(from, to),
      name,
      plugin: '',
      isTold: false,
      zeros: 0,
      second: null,
      isHugeTold: false,
      next: this.buckets[bucket] ?? null,
    };
    this.buckets[bucket] = made;
    this.tags.push(made);
    return made;
  }
}

function isSame(tag: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (tag.length !== to - from) return false;
  for (let i = 0; i < tag.length; i++) if (tag[i] !== bytes[from + i]) return false;
  return true;
}
