import { describe, expect, it } from 'vitest';
import { english } from '@shared/text/message';
import type { CpuTopology } from '../../../../src-main/core/telemetry/collectors/topology';
import { createCpuPower, modelledPowerW, readTable, tableLimits } from '../../../../src-main/core/telemetry/cpu-power-model';
import { maxItPowerW } from '../../../../src-main/core/telemetry/rating';
import type { Latest } from '../../../../src-main/core/telemetry/telemetry';
import { cpuFiles, fakeMachine } from '../../../fakes/sysfs';
import { resourcesDir } from './collectors/context';

const table = await readTable(resourcesDir);
const machine = (brand: string, more: Partial<CpuTopology> = {}): CpuTopology => ({
  brand,
  threads: 16,
  packages: [0],
  packageOf: () => 0,
  cpuid: null,
  virtual: false,
  ...more,
});

describe('the shipped table', () => {
  it('is read, names a source it explains for every figure, and has idle below max everywhere', () => {
    expect(table.tdp.processors.length).toBeGreaterThan(40);
    for (const { idleW, maxW, source } of [...table.perThread.architectures, table.perThread.unknown]) {
      expect(idleW).toBeLessThan(maxW);
      expect(['ccf', 'ccf-average']).toContain(source);
    }
  });

  it.each([
    ['AMD EPYC 7763 64-Core Processor', 280],
    ['AMD EPYC 7713P 64-Core Processor', 225],
    ['AMD EPYC 9654 96-Core Processor', 360],
    ['AMD Ryzen Threadripper PRO 5995WX 64-Cores', 280],
    ['AMD Ryzen 9 7950X 16-Core Processor', 170],
    ['AMD Ryzen 9 7950X3D 16-Core Processor', 120],
    ['AMD Ryzen 7 5800X3D 8-Core Processor', 105],
    ['AMD Ryzen 9 5900 12-Core Processor', 65],
    ['Intel(R) Xeon(R) Platinum 8480+', 350],
    ['Intel(R) Xeon(R) Platinum 8280 CPU @ 2.70GHz', 205],
    ['Intel(R) Xeon(R) Silver 4416+', 165],
    ['Intel(R) Xeon(R) W-2195 CPU @ 2.30GHz', 140],
    ['13th Gen Intel(R) Core(TM) i9-13900K', 125],
    ['12th Gen Intel(R) Core(TM) i9-12900KS', 150],
    ['Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz', 95],
    ['Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz', 65],
  ])('knows the TDP of %s', (brand, tdpW) => {
    const limits = tableLimits(machine(brand), table);
    expect(limits.basis).toBe('tdp');
    expect(limits.idleW).toBeCloseTo(0.12 * tdpW, 6);
    expect(limits.maxW).toBeCloseTo(1.02 * tdpW, 6);
  });

  it('counts every socket, but in a virtual machine only the threads given to it', () => {
    const epyc = 'AMD EPYC 7763 64-Core Processor';
    expect(tableLimits(machine(epyc, { packages: [0, 1] }), table).maxW).toBeCloseTo(2 * 285.6, 6);
    const cpuid = { vendor: 'AuthenticAMD', family: 25, model: 1, stepping: 1 };
    expect(tableLimits(machine(epyc, { virtual: true, threads: 4, cpuid }), table)).toMatchObject({
      basis: 'architecture',
      idleW: 4 * 0.45,
      maxW: 4 * 2.02,
    });
  });

  it('tells Skylake from Cascade Lake by stepping, and falls back on an average a thread', () => {
    const xeon = (stepping: number) =>
      machine('Intel(R) Xeon(R) CPU', { threads: 1, cpuid: { vendor: 'GenuineIntel', family: 6, model: 85, stepping } });
    expect(tableLimits(xeon(4), table).maxW).toBe(4.26);
    expect(tableLimits(xeon(7), table).maxW).toBe(3.97);
    expect(tableLimits(machine('Apple M9', { threads: 10 }), table)).toMatchObject({ basis: 'unknown', idleW: 7.4, maxW: 35 });
  });

  it('is replaced by its own last resort where it cannot be read', async () => {
    const limits = tableLimits(machine('AMD EPYC 7763 64-Core Processor', { threads: 2 }), await readTable('/nowhere'));
    expect(limits).toMatchObject({ basis: 'unknown', idleW: 1.48, maxW: 7 });
    expect(english(limits.explained)).toContain('cannot be read');
  });
});

describe('modelledPowerW', () => {
  it('is the line between idle and max, and nothing without a load', () => {
    expect(modelledPowerW({ idleW: 10, maxW: 110 }, 0)).toBe(10);
    expect(modelledPowerW({ idleW: 10, maxW: 110 }, 25)).toBe(35);
    expect(modelledPowerW({ idleW: 10, maxW: 110 }, 100)).toBe(110);
    expect(modelledPowerW({ idleW: 10, maxW: 110 }, null)).toBeNull();
  });
});

describe("the operator's overrides", () => {
  const limitsWith = async (cpuIdleW: number | null, cpuMaxW: number | null) => {
    const fake = await fakeMachine(cpuFiles({ threads: 2 }));
    try {
      const power = createCpuPower({ env: fake.env, resourcesDir, overrides: () => ({ cpuIdleW, cpuMaxW }) });
      expect(power.limits()).toBeNull();
      await power.identify();
      return power.limits();
    } finally {
      await fake.dispose();
    }
  };

  it('replace either end or both, never leaving max below idle', async () => {
    expect(await limitsWith(null, null)).toMatchObject({ basis: 'tdp', maxW: 285.6 });
    expect(await limitsWith(20, 90)).toMatchObject({ basis: 'settings', idleW: 20, maxW: 90 });
    expect(await limitsWith(400, null)).toMatchObject({ idleW: 400, maxW: 400 });
    expect(await limitsWith(null, 15)).toMatchObject({ idleW: 15, maxW: 15 });
    expect(await limitsWith(50, 10)).toMatchObject({ idleW: 50, maxW: 50 });
  });
});

describe('rating', () => {
  const cpu = {
    limits: () => ({ idleW: 30, maxW: 300, basis: 'tdp', explained: '' }) as const,
    identify: () => Promise.reject(new Error('not asked')),
  };
  const latest = (values: Record<string, [string, number | null][]>) => ({
    latestAll: (metric: string): Latest[] =>
      (values[metric] ?? []).map(([device, value]) => ({ device, label: device, value, provenance: 'measured', atMs: 0 })),
  });

  it('adds GPUs at their limits, one without a limit at what it draws, and the rest of the host', () => {
    const telemetry = latest({
      'gpu.power': [
        ['gpu0', 100],
        ['gpu1', 120],
      ],
      'gpu.power.limit': [
        ['gpu0', 700],
        ['gpu1', null],
      ],
    });
    expect(maxItPowerW(cpu, telemetry, 40)).toBe(300 + 700 + 120 + 40);
    expect(maxItPowerW({ ...cpu, limits: () => null }, telemetry, 40)).toBeNull();
  });
});
