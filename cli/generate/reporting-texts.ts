/** The prose of docs/reporting.md. */
export const INTRODUCTION = [
  'A regime is one YAML file in `regimes/`: which events it wants reported, by when, as what. A new regime is a new file, nothing else;',
  '`markets validate-regimes` checks all of them and says what is wrong with file, line and column. Expressions are those of source specs',
  '([expressions](reference/expressions.md)).',
  '',
  'An event is eligible where all rules of `eligibility` hold; the first that is false names the reason, which the ledger keeps. A rule that is NULL passes: what',
  'is not known is rather reported than forgotten. Then each field is computed in order and judged, and the rules over several fields last. A report with a',
  'finding is not sent. A cancellation has only the fields with `in_cancellation`.',
  '',
  'The bytes of a report are a pure function of the event, the versions of reference data, the regime and the bank (`reporter.entity` of the configuration),',
  'the action and the reference (TRN). So `CreDt` in the header of a message is the time of the trade, not of the sending. The regime and the bank are kept',
  'as `reports/regimes/<regime_version>.yaml`, where the version is the sha256 of that text; a report is made again from them years later. What the numbers of RTS 22',
  'are follows annex I, table 2 of Delegated Regulation (EU) 2017/590; the fields of the other regimes are numbered here, in their order.',
  '',
  'Not covered: baskets and swaps with two underlyings (fields 47 and 48 hold one), the hours of FINRA TRACE (a trade of the night is due earlier than',
  'the rule says), and deferred publication under RTS 1 and RTS 2. Business days are those of XETR, not of each authority.',
].join('\n');

export const FOREIGN_CHECK = [
  '## What others check of a transaction report',
  '',
  '`test/integration/iso20022.test.ts` has pw-iso20022 (com.prowidesoftware, a Java model of the messages of ISO 20022) read reports that together fill all 65 fields, and a',
  'cancellation: it must read every element and value that is there, in the order of its model, find everything that the model requires, and read each field by its',
  'number as expected. It also makes auth.031 replies that are read here. What it says of each value:',
  '',
  '- Report status (1) by the element; words of a closed list in fields 7 and 16 (INTC), 29, 32, 33 and 51 (PNDG, NOAP), 48 (codes of rates), 49 (unit), 50, 53, 56, 59 (NORE), 61, 62, 63.',
  '- Dates, moments, numbers and truth values by their type: 5, 11, 15, 20, 24, 25, 28, 30, 33, 35, 38, 46, 49, 51, 54, 55, 64, 65.',
  '- Nothing foreign checks what stands in the other fields, which are texts to it: 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 14, 16, 17, 18, 19, 21, 22, 23, 26, 27, 31, 34, 36, 37, 39, 40,',
  '  41, 42, 43, 44, 45, 47, 48 (names), 52, 57, 58, 60. No schema of the message is to be had, so lengths, numbers of digits, check digits and the conditions between fields of all',
  '  65 are checked here alone (`reporter/regime/rts-22-fields.test.ts`, right and wrong for each field).',
  '- Nothing foreign reads the JSON of the other regimes.',
].join('\n');
