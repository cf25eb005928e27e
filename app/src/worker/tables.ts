// Generated from migrations/schema-d1 by `npm run schema`; not written by hand.

/** The rows of each table, as D1 reads them. */
export interface Tables {
  readonly daily_rollups: {
    readonly day: string;
    readonly name: string;
    readonly events: number;
    readonly unique_users: number;
  };
  readonly events: {
    readonly id: string;
    readonly user_id: string;
    readonly name: string;
    readonly properties: string;
    readonly occurred_at: number;
    readonly received_at: number;
  };
  readonly files: {
    readonly id: string;
    readonly user_id: string;
    readonly name: string;
    readonly content_type: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly created_at: number;
  };
  readonly ops_backups: {
    readonly id: number;
    readonly kind: string;
    readonly label: string | null;
    readonly started_at: number;
    readonly finished_at: number;
    readonly bytes: number;
    readonly ok: number;
  };
  readonly users: {
    readonly id: string;
    readonly created_at: number;
  };
}
