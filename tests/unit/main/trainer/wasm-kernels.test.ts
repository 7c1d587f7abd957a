import { describe, expect, it } from 'vitest';
import { assemble } from '../../../../src-main/trainer/engines/wasm-kernels/assembler';
import { gemmScratchBytes, packedBytes, PANEL_COLUMNS } from '../../../../src-main/trainer/engines/wasm-kernels/code/gemm';
import { compileKernels, hasRelaxedSimd, instantiateKernels } from '../../../../src-main/trainer/engines/wasm-kernels/kernels';
import { withSharedMemory } from '../../../../src-main/trainer/engines/wasm-kernels/shared-memory';
import { createTeam } from '../../../../src-main/trainer/engines/wasm-kernels/team';
import { WebAssembly } from '../../../../src-main/trainer/engines/wasm-kernels/web-assembly';
import { mulberry32 } from '../../../../src-main/trainer/random';

const MAX_PAGES = 65536;
const memoryOf = (shared: boolean) => new WebAssembly.Memory({ initial: 64, maximum: MAX_PAGES, shared });
const random = mulberry32(3);

/** Places in a memory, one after another, with room behind each for what a kernel reads past a row. */
function places(memory: { readonly buffer: ArrayBufferLike }) {
  let next = 1024;
  const take = (bytes: number): number => {
    const at = next;
    next = Math.ceil((at + bytes + 64) / 64) * 64;
    return at;
  };
  const put = (values: Float32Array): number => {
    const at = take(values.byteLength);
    new Float32Array(memory.buffer, at, values.length).set(values);
    return at;
  };
  return { take, put, floats: (at: number, count: number) => Array.from(new Float32Array(memory.buffer, at, count)) };
}

describe('the kernels of each kind of runtime', () => {
  const kinds = [
    { shared: false, relaxed: false },
    { shared: true, relaxed: false },
    ...(hasRelaxedSimd() ? [{ shared: true, relaxed: true }] : []),
  ];
  const sizes = [
    [1, 1, 1],
    [5, 9, 3],
    [13, 8, 6],
    [11, 21, 17],
  ] as const;
  it.each(kinds)('multiply matrices, shared memory $shared, fused multiply-add $relaxed', (kind) => {
    const memory = memoryOf(kind.shared);
    const kernels = instantiateKernels(compileKernels(kind), memory);
    const { take, put, floats } = places(memory);
    for (const [m, n, k] of sizes) {
      const [a, b, bias] = [m * k, k * n, n].map((count) => Float32Array.from({ length: count }, () => random() * 2 - 1)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const byColumns = Float32Array.from({ length: m * k }, (_, i) => a[(i % m) * k + Math.floor(i / m)] ?? NaN);
      const [aAt, columnsAt, bAt, biasAt] = [put(a), put(byColumns), put(b), put(bias)];
      const [packed, out, scratch] = [take(packedBytes(k, n)), take(m * n * 4), take(gemmScratchBytes(k))];
      kernels.packPanels(bAt, n * 4, 4, k, n, packed, 0, 0, Math.ceil(n / PANEL_COLUMNS));
      const expected = Array.from({ length: m * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        let sum = bias[j] ?? NaN;
        for (let l = 0; l < k; l++) sum += (a[i * k + l] ?? NaN) * (b[l * n + j] ?? NaN);
        return Math.max(sum, -0.25);
      });
      for (const [kernel, at, stride] of [
        ['gemmRows', aAt, k * 4],
        ['gemmColumns', columnsAt, m * 4],
      ] as const) {
        kernels[kernel](at, stride, packed, biasAt, 0, out, n * 4, n, k, -0.25, scratch, 0, m);
        floats(out, m * n).forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 5));
      }
    }
  });
});

describe('a team of threads', () => {
  it('does every item of every job once, whoever does it', () => {
    const memory = memoryOf(true);
    const team = createTeam({ module: compileKernels({ shared: true, relaxed: false }), memory, threads: 3, scratch: () => 0 });
    expect(team.threads).toBe(3);
    const { put, floats } = places(memory);
    const count = 5001;
    const one = put(new Float32Array(count).fill(1));
    const sum = put(new Float32Array(count));
    const parts = put(new Float32Array(2 * count));
    for (let round = 0; round < 300; round++) {
      // sum ← sum + 1, by way of two parts: an item that is left out or done twice shows in the end.
      new Float32Array(memory.buffer, parts, 2 * count).set([...floats(sum, count), ...floats(one, count)]);
      team.run({ kernel: 'sumParts', args: [parts, 2, count, sum], items: count, grain: 4, work: 1e9 });
    }
    expect(new Set(floats(sum, count))).toEqual(new Set([300]));
  });
});

describe('a module with its memory declared as shared', () => {
  it('is another one only where it has a memory of its own with a maximum', () => {
    const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    expect(withSharedMemory(Uint8Array.from([...header, 5, 4, 1, 1, 2, 9]))).toEqual(Uint8Array.from([...header, 5, 4, 1, 3, 2, 9]));
    expect(withSharedMemory(Uint8Array.from([...header, 5, 3, 1, 0, 2]))).toBeNull();
    expect(withSharedMemory(assemble([], { shared: false }))).toBeNull();
  });
});
