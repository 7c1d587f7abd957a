import { expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { defaultSettings } from '@shared/model/settings';
import { messageOf } from '@shared/text/message';
import { placedInDocument } from '../../../../src-main/hosts/cli/feed-refusal';
import { modbusKind } from '../../../../src-main/core/telemetry/collectors/modbus/kind';

function refused(settings: Record<string, string | string[]>): unknown {
  try {
    modbusKind.settingsOf(settings, defaultSettings);
  } catch (error) {
    return error;
  }
  throw new Error('they were taken');
}

it('names a refused setting by its key in the document, and by its label', () => {
  const error = refused({ host: '127.0.0.1', meter: 'own', points: ['power abc uint16'] });
  expect(messageOf(placedInDocument(error, modbusKind.params))).toMatch(/^settings\.points \(Registers\): .*abc/);
});

it('names one that there is not as it was written', () => {
  expect(messageOf(placedInDocument(refused({ hst: '127.0.0.1' }), modbusKind.params))).toMatch(/^settings\.hst: /);
});

it('leaves any other error as it is', () => {
  const error = new AppError('not-found', 'there is no such feed');
  expect(placedInDocument(error, modbusKind.params)).toBe(error);
});
