import { megabytes } from "./begin.ts";
import { type Finding, type PlanOptions, some, when, worstFirst } from "./finding.ts";
import type { Inventory } from "./inventory.ts";
import { losses, users } from "./losses.ts";
import type { Sides } from "./side.ts";
import { inTheWay } from "./tables.ts";

/** What a move from `source` to `target` meets, worst first. Pure: all it knows is in the inventories. */
export function findings(
  source: Inventory,
  target: Inventory,
  sides: Sides,
  options: PlanOptions,
): Finding[] {
  return worstFirst([
    ...reach(sides),
    ...servers(source, target, options),
    ...contents(source, options),
    ...losses(source, target, options),
    ...users(source, options),
  ]);
}

/** How the servers can be reached at all. Vendors' facts: their documentation, November 2026. */
function reach({ source, target }: Sides): Finding[] {
  return [source, target].flatMap((side) => {
    const { hostname, port } = new URL(side.urlForPeer);
    return [
      ...when(
        /\.pooler\.supabase\.com$/.test(hostname) || port === "6543",
        "blocks",
        `the address of ${side.name} leads to a pooler, which cannot replicate`,
        "give the direct one: db.<ref>.supabase.co:5432",
      ),
      ...when(
        /^db\.[a-z0-9]+\.supabase\.co$/.test(hostname),
        "attention",
        "Supabase's direct address is IPv6 unless the project has the IPv4 add-on",
        "see that this machine and the other server have IPv6, or buy the add-on for the move",
      ),
      ...when(
        /\.rds\.amazonaws\.com$/.test(hostname),
        "note",
        "RDS replicates logically once rds.logical_replication is 1 in its parameter group, after a reboot",
        "set it before the move; Rung looks at wal_level",
      ),
    ];
  });
}

function servers(source: Inventory, target: Inventory, { wayBack, schemas }: PlanOptions): Finding[] {
  const there = target.tables.filter(({ schema }) => schemas.includes(schema));
  const full = inTheWay(there, target.filled, source.tables);
  return [
    ...when(
      source.identity === target.identity,
      "blocks",
      "source and target are the same database",
      "give two",
    ),
    ...when(
      full.length > 0,
      "blocks",
      `the target is not empty: ${some(full)}`,
      "give an empty database; see that source and target are not the wrong way round",
    ),
    ...when(
      full.length === 0 && there.length > 0,
      "note",
      `the target has ${there.length} tables of the source's, without rows`,
      "they are dropped, and made as the source has them; until the cutover nobody may write there",
    ),
    ...when(
      source.replica || target.replica,
      "blocks",
      "one address leads to a replica",
      "give the writers' addresses",
    ),
    ...when(
      source.major < 14,
      "blocks",
      `PostgreSQL ${source.major} is too old`,
      "Rung moves from 14 and later",
    ),
    ...when(
      target.major < source.major,
      "blocks",
      `the target's PostgreSQL ${target.major} is older than the source's ${source.major}`,
      "make the target with the source's major or a newer one",
    ),
    ...when(
      source.walLevel !== "logical",
      "blocks",
      `wal_level of the source is ${source.walLevel}`,
      "set it to logical (RDS: rds.logical_replication = 1) and restart the server",
    ),
    ...when(
      !source.mayReplicate,
      "blocks",
      "the source's role may not replicate",
      "ALTER ROLE … REPLICATION (RDS: GRANT rds_replication)",
    ),
    ...when(
      !target.maySubscribe,
      "blocks",
      "the target's role may not subscribe",
      "GRANT pg_create_subscription (RDS: rds_superuser)",
    ),
    ...when(
      source.counts.freeSlots < 1,
      "blocks",
      "the source has no free replication slot",
      "raise max_replication_slots",
    ),
    ...when(
      source.counts.freeSenders < 2,
      "blocks",
      "the source has no free WAL sender",
      "raise max_wal_senders",
    ),
    ...when(
      target.counts.freeWorkers < 1,
      "blocks",
      "the target has no free worker",
      "raise max_logical_replication_workers",
    ),
    ...when(
      source.encoding !== target.encoding,
      "blocks",
      `the target is in ${target.encoding}, the source in ${source.encoding}`,
      "make the target's database with the source's encoding",
    ),
    ...when(
      source.collation !== target.collation,
      "attention",
      `texts sort otherwise at the target: ${target.collation} and not ${source.collation}`,
      "make the database with the same locale, unless no order of texts counts",
    ),
    ...when(
      source.slotKeeps < 0,
      "attention",
      "a slot may keep the source's log until its disk is full",
      "set max_slot_wal_keep_size; Rung stops at --kept as well, while it runs",
    ),
    ...when(
      source.counts.oldestTransactionSeconds > 60,
      "attention",
      `a transaction is open for ${source.counts.oldestTransactionSeconds} s: the copy begins once it has ended`,
      "end it",
    ),
    ...when(
      source.counts.preparedTransactions > 0,
      "attention",
      "there are prepared transactions",
      "commit or roll them back: the copy waits for them",
    ),
    ...(wayBack ? backwards(source, target) : []),
    ...when(
      !wayBack,
      "attention",
      "without a way back a rollback loses what was written since the cutover",
      "leave --no-way-back out",
    ),
  ];
}

/** What the stream back to the source needs. */
function backwards(source: Inventory, target: Inventory): Finding[] {
  const none = "or say --no-way-back";
  return [
    ...when(
      target.walLevel !== "logical",
      "blocks",
      `wal_level of the target is ${target.walLevel}: no changes can flow back`,
      `set it to logical, ${none}`,
    ),
    ...when(
      !target.mayReplicate,
      "blocks",
      "the target's role may not replicate: no changes can flow back",
      `ALTER ROLE … REPLICATION, ${none}`,
    ),
    ...when(
      !source.maySubscribe,
      "blocks",
      "the source's role may not subscribe: no changes can flow back",
      `GRANT pg_create_subscription, ${none}`,
    ),
    ...when(
      target.counts.freeSlots < 1,
      "blocks",
      "the target has no free replication slot",
      `raise max_replication_slots, ${none}`,
    ),
  ];
}

/** What logical replication leaves out. */
function contents(source: Inventory, { identityFull }: PlanOptions): Finding[] {
  const bare = source.tables.filter(
    ({ identity, key, sql }) =>
      (identity === "n" || (identity !== "f" && key.length === 0)) && !identityFull.includes(sql),
  );
  const unlogged = source.tables.filter(({ unlogged: so }) => so).map(({ label }) => label);
  return [
    ...when(
      bare.length > 0,
      "blocks",
      `without a replica identity their updates would fail at the source: ${some(bare.map(({ label }) => label))}`,
      "give them a primary key, or name them with --identity-full",
    ),
    ...when(
      source.counts.largeObjects > 0,
      "blocks",
      `${source.counts.largeObjects} large objects are not replicated`,
      "move them into a bytea column or into storage first",
    ),
    ...when(
      unlogged.length > 0,
      "note",
      `unlogged, and not replicated: ${some(unlogged)}`,
      "they are copied anew while requests wait",
    ),
    ...when(
      source.counts.sequences > 0,
      "note",
      `${source.counts.sequences} sequences are not replicated`,
      "they are set while requests wait",
    ),
    ...when(
      source.counts.materializedViews > 0,
      "note",
      `${source.counts.materializedViews} materialized views are not replicated`,
      "they are refreshed before the cutover",
    ),
    ...when(
      source.lists.alwaysTriggers.length > 0,
      "blocks",
      `they would fire at the target for what fired at the source: ${some(source.lists.alwaysTriggers)}`,
      "ALTER TABLE … ENABLE TRIGGER, without ALWAYS or REPLICA",
    ),
    ...when(
      source.lists.forcedSecurity.length > 0,
      "attention",
      `row-level security is forced for owners too: ${some(source.lists.forcedSecurity)}`,
      "the role that follows must have BYPASSRLS",
    ),
    ...when(
      source.lists.sameRoleClients.length > 0,
      "attention",
      "the app connects with the role that Rung has: it cannot be kept from writing to the source",
      "give Rung a role of its own",
    ),
    ...when(
      source.lists.clients.length > 0,
      "note",
      `connected now: ${some(source.lists.clients)}`,
      "at the cutover nobody may be but the pooler",
    ),
  ];
}

/** How long the copy takes at least, in words. */
export function estimate(source: Inventory, rate: number | undefined): string {
  const bytes = source.tables.reduce((sum, table) => sum + table.bytes, 0);
  const all = `${source.tables.length} tables, ${megabytes(bytes)}`;
  if (rate === undefined) return `${all}: seconds`;
  return `${all}; read here at ${megabytes(rate)}/s by one session: ${Math.ceil(bytes / rate)} s for the rows, indexes not counted`;
}
