/** What ledgers say was sent and acknowledged, in a temporary table on the disk: held against the steps of trades, of which there may be any number. */
import { DatabaseSync } from 'node:sqlite';
import type { AnyEntry } from '../../core/reports/entry.ts';

/** Of the table's own memory. */
const CACHE_KIB = 32 * 1024;

export class SentReports {
  private readonly database: DatabaseSync;
  private readonly put: ReturnType<DatabaseSync['prepare']>;
  private readonly take: ReturnType<DatabaseSync['prepare']>;

  constructor() {
    // A database without a name is a file that nobody else sees, and is gone when it is closed.
    this.database = new DatabaseSync('');
    this.database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = FILE; BEGIN`);
    this.database.exec(
      'CREATE TABLE sent (report_id TEXT, step INTEGER, action TEXT, sha256 TEXT, is_acknowledged INTEGER NOT NULL, ' +
        'PRIMARY KEY (report_id, step, action, sha256)) WITHOUT ROWID',
    );
    this.put = this.database.prepare(
      "INSERT INTO sent VALUES (?, ?, ?, coalesce(?, ''), ?) ON CONFLICT DO UPDATE SET is_acknowledged = max(is_acknowledged, excluded.is_acknowledged)",
    );
    this.take = this.database.prepare('DELETE FROM sent WHERE report_id = ? AND step = ? AND action = ? RETURNING sha256, is_acknowledged');
  }

  note({ kind, report_id: reportId, data }: AnyEntry): void {
    if (reportId === null) return;
    if (kind === 'submitted') this.put.run(reportId, data.step, data.action, data.sha256, 0);
    else if (kind === 'acknowledged') this.put.run(reportId, data.step, data.action, null, 1);
  }

  /** What was said of a step; it is not told again. */
  taken(reportId: string, step: number, action: string): { readonly sha256s: readonly string[]; readonly isAcknowledged: boolean } {
    const rows = this.take.all(reportId, step, action);
    return {
      sha256s: rows.map((row) => String(row['sha256'])).filter((sha256) => sha256 !== ''),
      isAcknowledged: rows.some((row) => row['is_acknowledged'] === 1),
    };
  }

  /** Reports and steps that nobody has asked for. */
  *left(): Generator<{ readonly reportId: string; readonly step: number }> {
    const rows = this.database.prepare('SELECT DISTINCT report_id, step FROM sent ORDER BY 1, 2').iterate();
    for (const row of rows) yield { reportId: String(row['report_id']), step: Number(row['step']) };
  }

  close(): void {
    this.database.close();
  }
}
