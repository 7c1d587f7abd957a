import pinyin from 'pinyin-match';

/** Nobody types the signs between the words. */
const bare = (text: string): string => text.replace(/[^\p{Letter}\p{Number}]/gu, '');

/** Whether a Chinese text has a part that is pronounced as typed: `lishi`, `ls` for 历史. */
export function soundsLike(text: string, typed: string): boolean {
  const wanted = bare(typed);
  return wanted !== '' && pinyin.match(bare(text), wanted) !== false;
}
