import type { ReactNode } from 'react';
import { DayPicker } from 'react-day-picker';
import { enUS } from 'react-day-picker/locale/en-US';
import { zhCN } from 'react-day-picker/locale/zh-CN';
import 'react-day-picker/style.css';
import './Calendar.css';
import { useTexts } from '../i18n/use-texts';

interface CalendarProps {
  /** Days as the shown clock counts them: 2026-11-23. */
  readonly chosen: string | null;
  readonly today: string;
  readonly onChoose: (day: string) => void;
}

// The picker counts in the browser's own days. A day goes in and out by its name alone, so no zone comes into it.
const dateOf = (day: string): Date => {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 12);
};
const dayOf = (date: Date): string =>
  [String(date.getFullYear()).padStart(4, '0'), ...[date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'))].join(
    '-',
  );

/** A month of days to choose one from; weeks begin on Monday. */
export default function Calendar({ chosen, today, onChoose }: CalendarProps): ReactNode {
  const { format } = useTexts();
  // The number that stands on a day is a word of its name: "November 26", which who speaks to the page says, not "26th".
  const dayName = new Intl.DateTimeFormat(format.locale, { dateStyle: 'full' });
  const selected = chosen === null ? undefined : dateOf(chosen);
  return (
    <DayPicker
      mode="single"
      required
      autoFocus
      fixedWeeks
      showOutsideDays
      weekStartsOn={1}
      locale={format.locale.startsWith('zh') ? zhCN : enUS}
      labels={{ labelDayButton: (date) => dayName.format(date) }}
      today={dateOf(today)}
      endMonth={dateOf(today)}
      selected={selected}
      defaultMonth={selected ?? dateOf(today)}
      onSelect={(date) => onChoose(dayOf(date))}
    />
  );
}
