/** The arguments make no sense; the message is one line that says what would. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
