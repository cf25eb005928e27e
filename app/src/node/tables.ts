// Generated from migrations/schema by `npm run schema`; not written by hand.

/** The rows of each table, as `pg` reads them. `bigint` comes as text: it may be beyond what a number holds. */
export interface Tables {
  readonly "ops.backups": {
    readonly id: string;
    readonly kind: string;
    readonly label: string | null;
    readonly started_at: Date;
    readonly finished_at: Date;
    readonly bytes: string;
    readonly ok: boolean;
  };
  readonly daily_rollups: {
    readonly day: Date;
    readonly name: string;
    readonly events: string;
    readonly unique_users: string;
  };
  readonly events: {
    readonly id: string;
    readonly user_id: string;
    readonly name: string;
    readonly properties: unknown;
    readonly occurred_at: Date;
    readonly received_at: Date;
  };
  readonly files: {
    readonly id: string;
    readonly user_id: string;
    readonly name: string;
    readonly content_type: string;
    readonly bytes: string;
    readonly sha256: string;
    readonly created_at: Date;
  };
  readonly users: {
    readonly id: string;
    readonly created_at: Date;
  };
}
