/**
 * The closed catalogue of error codes, ROOM_CAUSE. A code is never renamed and never used for a second meaning.
 * `exit` is the exit status of the command line that ends with this error: 2 the work failed, 64 wrong usage or a bad
 * spec or configuration, 70 our own error.
 */
interface ErrorKind {
  readonly retryable: boolean;
  readonly exit: 2 | 64 | 70;
  readonly meaning: string;
}

export const ERROR_CODES = {
  CLI_USAGE: { retryable: false, exit: 64, meaning: 'The command line was called with wrong words.' },
  CONFIG_INVALID: { retryable: false, exit: 64, meaning: 'A configuration file or variable is wrong.' },
  SPEC_INVALID: { retryable: false, exit: 64, meaning: 'A source spec breaks its contract.' },
  SPEC_NOT_FOUND: { retryable: false, exit: 64, meaning: 'No source spec has this name.' },
  SPEC_NOT_SUPPORTED: { retryable: false, exit: 64, meaning: 'A source spec asks for something that is not supported yet.' },
  SPEC_CHANGED: { retryable: false, exit: 64, meaning: 'A live source spec changed in a way that its loads cannot follow.' },
  EXPRESSION_INVALID: { retryable: false, exit: 64, meaning: 'An expression does not parse or does not type-check.' },
  EXPRESSION_EVALUATION: { retryable: false, exit: 70, meaning: 'An expression failed on a value (overflow, division by zero).' },
  STORE_NOT_FOUND: { retryable: false, exit: 2, meaning: 'The object does not exist.' },
  STORE_EXISTS: { retryable: false, exit: 2, meaning: 'The object exists already and was to be created.' },
  STORE_PRECONDITION: { retryable: false, exit: 2, meaning: 'The object is no longer the generation that was expected.' },
  STORE_CHECKSUM: { retryable: true, exit: 2, meaning: 'The stored bytes are not those that were sent.' },
  STORE_NAME: { retryable: false, exit: 64, meaning: 'An object name is not allowed.' },
  STORE_TOO_LARGE: { retryable: false, exit: 2, meaning: 'The object is larger than the reader allows.' },
  STORE_UNAVAILABLE: { retryable: true, exit: 2, meaning: 'The object store did not answer or refused.' },
  STORE_REFUSED: { retryable: false, exit: 2, meaning: 'The object store does not accept the request, and will not accept it again.' },
  STORE_DENIED: {
    retryable: false,
    exit: 2,
    meaning: 'The object store does not know these credentials, or does not allow them to do this.',
  },
  STORE_NO_BUCKET: { retryable: false, exit: 64, meaning: 'A bucket of the root does not exist.' },
  ENGINE_CHILD: { retryable: true, exit: 2, meaning: 'A validation process crashed, was killed or ran out of time.' },
  ENGINE_INVARIANT: { retryable: false, exit: 70, meaning: 'The engine broke a rule of its own.' },
  EVENTS_CHAIN: { retryable: false, exit: 2, meaning: 'The chain of events does not verify.' },
  LEASE_HELD: { retryable: true, exit: 2, meaning: 'Another run holds the lease.' },
  LEASE_LOST: { retryable: true, exit: 2, meaning: 'The lease of this run was taken over.' },
  LANE_ARCHIVE: { retryable: true, exit: 2, meaning: 'A file could not be moved to the archive.' },
  LANE_EXTRACT: { retryable: true, exit: 2, meaning: 'The extract could not be made.' },
  LANE_REBUILD: { retryable: false, exit: 2, meaning: 'An archived file could not be staged again as it was.' },
  LANE_STAGING_GONE: { retryable: false, exit: 2, meaning: 'Staged files are gone that a build of everything has to read.' },
  LANE_STOPPED: { retryable: true, exit: 2, meaning: 'A signal stopped the run before its end; what was begun is finished.' },
  LANE_TASKS_DIFFER: {
    retryable: false,
    exit: 64,
    meaning: 'A task has another version of the engine or of the specs than the run that it joins.',
  },
  DBT_FAILED: { retryable: true, exit: 2, meaning: 'dbt ended with an error or a failing test.' },
  DBT_WORKER: { retryable: true, exit: 2, meaning: 'The dbt process died or did not answer.' },
  WAREHOUSE_QUERY: { retryable: false, exit: 2, meaning: 'The warehouse refused a query.' },
  WAREHOUSE_COST: { retryable: false, exit: 2, meaning: 'A statement would read more bytes than the configuration allows.' },
  WAREHOUSE_LOAD: { retryable: true, exit: 2, meaning: 'A load into the warehouse failed or left other rows than were published.' },
  WAREHOUSE_UNAVAILABLE: { retryable: true, exit: 2, meaning: 'The warehouse did not answer or refused.' },
  WAREHOUSE_MISSING: { retryable: false, exit: 2, meaning: 'There is no warehouse yet.' },
  STREAM_UNAVAILABLE: { retryable: true, exit: 2, meaning: 'The brokers or the message service did not answer or refused.' },
  STREAM_DENIED: { retryable: false, exit: 2, meaning: 'The brokers or the message service do not allow this account to do this.' },
  STREAM_TOPIC_MISSING: { retryable: false, exit: 64, meaning: 'A topic or a subscription does not exist.' },
  STREAM_STATE: {
    retryable: false,
    exit: 2,
    meaning: 'What a stream has written of its own progress cannot be read or does not fit together.',
  },
  REPORT_REBUILD: { retryable: false, exit: 2, meaning: 'A report cannot be made again from what was kept of it.' },
  REPORT_NOT_FOUND: { retryable: false, exit: 2, meaning: 'There is no such event or report in the ledger.' },
  LEDGER_CLOSED: { retryable: true, exit: 2, meaning: 'The ledger of this process takes no more entries: it is ending.' },
  LEDGER_FULL: { retryable: true, exit: 2, meaning: 'More entries wait to be written to the ledger than are allowed to.' },
  LEDGER_FAILED: {
    retryable: true,
    exit: 2,
    meaning: 'The ledger of this process could not be written; nothing is written behind it, and the process has to be started anew.',
  },
  LEDGER_DAMAGED: { retryable: false, exit: 2, meaning: 'What the ledger or a step of a trade says does not fit its own hashes.' },
  LEDGER_CONFLICT: { retryable: false, exit: 2, meaning: 'A step of a trade has ended otherwise than somebody says now.' },
  REMOTE_UNAVAILABLE: { retryable: true, exit: 2, meaning: "The partner's server did not answer or broke off." },
  REMOTE_HOST_KEY: { retryable: false, exit: 2, meaning: "The partner's server shows a host key that is not pinned." },
  REMOTE_AUTHENTICATION: { retryable: false, exit: 2, meaning: "The partner's server does not accept the user, key or password." },
  REMOTE_REFUSED: { retryable: false, exit: 2, meaning: "The partner's server refused an operation: rights, space, quota." },
  REMOTE_NOT_FOUND: { retryable: false, exit: 2, meaning: 'There is no such file at the partner.' },
  REMOTE_EXISTS: { retryable: false, exit: 2, meaning: 'The file at the partner exists already and was to be created.' },
  REMOTE_CHECKSUM: { retryable: true, exit: 2, meaning: 'The bytes at the partner are not those that were sent.' },
  REMOTE_CONFLICT: { retryable: false, exit: 2, meaning: 'The partner has other bytes under the name of a revision.' },
  SUBMIT_SIMULATOR: { retryable: false, exit: 2, meaning: 'The simulated regulator could not be started.' },
  SECRET_MISSING: { retryable: false, exit: 64, meaning: 'There is no secret of this name.' },
  SECRET_EXPOSED: { retryable: false, exit: 64, meaning: 'The file of a secret may be read by others.' },
  SECRET_REFUSED: { retryable: false, exit: 64, meaning: 'The secret may not be read by this account.' },
  SECRET_UNAVAILABLE: { retryable: true, exit: 2, meaning: 'The store of secrets did not answer.' },
  REPORTER_KEYS_UNAVAILABLE: { retryable: true, exit: 2, meaning: 'The keys of the issuer of identity tokens cannot be had.' },
  REGIME_INVALID: { retryable: false, exit: 64, meaning: 'A regime of reports breaks its contract.' },
  REGIME_NOT_FOUND: { retryable: false, exit: 64, meaning: 'There is no regime of reports of this name or version.' },
  INTERNAL: { retryable: false, exit: 70, meaning: 'A broken invariant; a bug of ours.' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;
