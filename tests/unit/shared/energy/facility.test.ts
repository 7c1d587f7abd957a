import { describe, expect, it } from 'vitest';
import { carnotCop, facilityPower, moduleLossW, plantCop, powerRatio } from '@shared/energy/facility';
import { defaultSettings } from '@shared/model/settings';

describe('module losses', () => {
  it('follow rating × (a0 + a1·x + a2·x²)', () => {
    // A 100 kW UPS after WP113 (4/5/0) at half load: 4 kW + 2.5 kW.
    expect(moduleLossW(50_000, 100_000, { a0: 4, a1: 5, a2: 0 })).toBeCloseTo(6_500, 9);
    // A 100 kW PDU (1.5/0/1.5) at half load: 1.5 kW + 0.375 kW.
    expect(moduleLossW(50_000, 100_000, { a0: 1.5, a1: 0, a2: 1.5 })).toBeCloseTo(1_875, 9);
  });

  it('keep their fixed part at no load', () => {
    expect(moduleLossW(0, 1_000, { a0: 4, a1: 5, a2: 0 })).toBe(40);
  });
});

describe('plant COP', () => {
  it('is the Carnot share in kelvin', () => {
    // 0.55 · 280.15 K / 25.5 K
    expect(carnotCop(0.55, 7, 32.5)).toBeCloseTo(6.04245, 4);
  });

  it('is capped where the lift goes to zero, and absent under full free cooling', () => {
    expect(carnotCop(0.55, 7, 7.5)).toBe(20);
    expect(carnotCop(0.55, 18, 18)).toBeNull();
    expect(carnotCop(0.55, 18, 5)).toBeNull();
  });

  it('is the number given in fixed mode', () => {
    expect(plantCop({ mode: 'fixed', cop: 3.2 })).toBe(3.2);
  });
});

describe('facility power', () => {
  const flat = { ...defaultSettings.facility, cooling: { mode: 'fixed', cop: 4 } as const };

  it('adds losses, cooling, fans, pumps and the fixed part to the IT power', () => {
    const power = facilityPower(50_000, 100_000, { ...flat, pdu: { a0: 1.5, a1: 0, a2: 1.5 } });
    expect(power.pduLossW).toBeCloseTo(1_875, 9);
    // The UPS carries IT load and PDU losses: 4 kW + 5% of 51.875 kW.
    expect(power.upsLossW).toBeCloseTo(6_593.75, 6);
    expect(power.fixedW).toBe(1_000);
    const carriedW = 50_000 + 1_875 + 6_593.75 + 1_000;
    expect(power.fansW).toBeCloseTo(carriedW * 0.05, 6);
    // The fans' own heat is cooled and pumped like any other.
    const removedW = carriedW * 1.05;
    expect(power.coolingW).toBeCloseTo(removedW / 4, 6);
    expect(power.pumpsW).toBeCloseTo(removedW * 0.02, 6);
    expect(power.totalW).toBeCloseTo(removedW * (1 + 0.25 + 0.02), 6);
  });

  it('always exceeds the IT power, and the ratio falls as the room fills', () => {
    const ratios = [0.1, 0.3, 0.6, 1].map((share) => facilityPower(share * 1e5, 1e5, flat).totalW / (share * 1e5));
    for (const ratio of ratios) expect(ratio).toBeGreaterThan(1);
    expect([...ratios].sort((a, b) => b - a)).toEqual(ratios);
  });

  it('runs no compressor under full free cooling', () => {
    const cold = {
      ...flat,
      cooling: { mode: 'outdoor', carnotFraction: 0.55, evaporatorTempC: 18, outdoorDryBulbC: 2, condenserApproachK: 10 } as const,
    };
    expect(facilityPower(50_000, 100_000, cold).coolingW).toBe(0);
  });
});

describe('ratios', () => {
  it('withhold the power ratio near zero load', () => {
    expect(powerRatio(4, 100, 1_000)).toBeNull();
    expect(powerRatio(500, 750, 1_000)).toBe(1.5);
  });
});
