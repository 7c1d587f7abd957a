/** What is said of the self-test of GPUs, in English. */
export const selftestTexts = {
  'message.selftest.verdict.exact': 'To be trusted: integral and counter agree within 1%.',
  'message.selftest.verdict.close':
    'To be trusted within 5%, which is what NVIDIA names for its power readings. Energies are taken from the counter.',
  'message.selftest.verdict.apart': 'Integral and counter disagree by more than 5%: trust neither without a meter of your own.',
  'message.selftest.verdict.counter-still':
    'The energy counter stands still while power is drawn: energies are integrated from power, and nothing confirms them.',
  'message.selftest.verdict.no-counter':
    'There is no energy counter to compare with: energies are integrated from power, and nothing confirms them.',
  'message.selftest.verdict.no-power': 'There is no power reading, or it broke off: nothing can be told of its energy.',
  'message.selftest.verdict.lost': 'It gave no answer: nothing can be told of it.',
  'message.selftest.none': 'No NVIDIA GPU to test: {{why}}. Where there is one, install NVIDIA’s driver and check again.',
  'message.selftest.stopped': 'The self-test was stopped before its end.',
  'message.selftest.failed': 'The self-test failed: {{why}}',
  'message.selftest.simulated': 'A simulated room has no GPUs to test: start Coldaisle without a scenario.',
  'message.selftest.underWay': 'A self-test is under way',
} as const;
