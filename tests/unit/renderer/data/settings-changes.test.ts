import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { SettingsChanges } from '../../../../src-renderer/data/settings-changes';
import { wire, type Wired } from '../wired';

let wired: Wired;
afterEach(() => wired.dispose());

describe('changes of the settings', () => {
  it('that follow each other faster than the core answers keep each other', async () => {
    wired = wire('bare');
    const changes = new SettingsChanges(wired.client);
    await Promise.all([
      changes.make(({ ui }) => ({ ui: { ...ui, theme: 'dark' } })),
      changes.make(({ ui }) => ({ ui: { ...ui, language: 'zh-CN' } })),
      changes.make(() => null),
      changes.make(({ retention }) => ({ retention: { ...retention, rawDays: 30 } })),
    ]);
    expect(await wired.client.call('settings.get', {})).toMatchObject({
      ui: { theme: 'dark', language: 'zh-CN' },
      retention: { rawDays: 30 },
    });
  });

  it('go on after one that the core refused, and say so of that one', async () => {
    let refuse = true;
    wired = wire('bare', (api) => ({
      ...api,
      commands: {
        ...api.commands,
        'settings.set': (patch, cancellation) => {
          if (!refuse) return api.commands['settings.set'](patch, cancellation);
          refuse = false;
          throw new AppError('storage-full', 'the disk is full');
        },
      },
    }));
    const changes = new SettingsChanges(wired.client);
    const refused = changes.make(({ ui }) => ({ ui: { ...ui, theme: 'dark' } }));
    const next = changes.make(({ ui }) => ({ ui: { ...ui, language: 'en' } }));
    await expect(refused).rejects.toMatchObject({ code: 'storage-full' });
    await next;
    expect((await wired.client.call('settings.get', {})).ui.language).toBe('en');
  });
});
