/** The names of what a validation leaves in its output folder; by themselves, so that who moves the files need not load their writers. */
export const VALID_FILE = 'valid.parquet';
export const QUARANTINE_FILE = 'quarantine.jsonl';
export const REPORT_FILE = 'report.json';
