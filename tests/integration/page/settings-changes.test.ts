import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { SettingsChanges } from '../../../src-renderer/data/settings-changes';
import { startTestCore, type TestCore } from '../../helpers/test-core';

let room: TestCore;
beforeAll(async () => {
  room = await startTestCore({ scenario: 'workstation' });
});
afterAll(() => room.close());

describe('changes of the settings', () => {
  it('that follow each other faster than the core answers keep each other', async () => {
    const { client, wire } = room.open();
    const { retention } = await client.call('settings.get', {});
    const changes = new SettingsChanges(client);
    await Promise.all([
      changes.make(({ ui }) => ({ ui: { ...ui, theme: 'dark' } })),
      changes.make(({ ui }) => ({ ui: { ...ui, language: 'zh-CN' } })),
      changes.make(() => null),
      changes.make((settings) => ({ retention: { ...settings.retention, rawDays: 30 } })),
    ]);
    expect(await client.call('settings.get', {})).toMatchObject({
      ui: { theme: 'dark', language: 'zh-CN' },
      retention: { ...retention, rawDays: 30 },
    });
    // What changes nothing is not asked for.
    expect(wire.callsOf('settings.set')).toHaveLength(3);
  });

  it('go on after one that the core refused, and say so of that one', async () => {
    const { client, wire } = room.open();
    wire.refuse('settings.set', new AppError('storage-full', 'the disk is full'));
    const changes = new SettingsChanges(client);
    const refused = changes.make(({ ui }) => ({ ui: { ...ui, theme: 'light' } }));
    const impossible = changes.make(({ retention }) => ({ retention: { ...retention, rawDays: -1 } }));
    const next = changes.make(({ ui }) => ({ ui: { ...ui, language: 'en' } }));
    await expect(refused).rejects.toMatchObject({ code: 'storage-full' });
    await expect(impossible).rejects.toMatchObject({ code: 'invalid-input' });
    await next;
    expect(await client.call('settings.get', {})).toMatchObject({ ui: { theme: 'dark', language: 'en' }, retention: { rawDays: 30 } });
  });
});
