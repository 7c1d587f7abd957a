import { useState } from 'react';
import { messageOf, type Message } from '@shared/text/message';
import { useTexts } from '../../i18n/use-texts';

/** Ten years of records each ten minutes, or one of a record a minute, are no larger. */
const MAX_BYTES = 64 * 2 ** 20;

interface WeatherFileState<T> {
  readonly isBusy: boolean;
  /** What came of the last file; null = none was taken. */
  readonly taken: T | null;
  readonly refused: Message | null;
  readonly choose: (file: File) => void;
  readonly forget: () => void;
}

/** Reads a chosen file of weather in the page, and keeps what came of it. @param take what is done with its text */
export function useWeatherFile<T>(take: (text: string, name: string) => Promise<T>): WeatherFileState<T> {
  const { t } = useTexts();
  const [taken, setTaken] = useState<T | null>(null);
  const [refused, setRefused] = useState<Message | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const choose = (file: File): void => {
    setRefused(null);
    setTaken(null);
    if (file.size > MAX_BYTES) {
      setRefused(t('cooling.year.tooLarge', { name: file.name }));
      return;
    }
    setIsBusy(true);
    file
      .text()
      .then((text) => take(text, file.name))
      .then(setTaken)
      .catch((error: unknown) => setRefused(messageOf(error)))
      .finally(() => setIsBusy(false));
  };
  return { isBusy, taken, refused, choose, forget: () => setTaken(null) };
}
