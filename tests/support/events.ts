import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { halves, readMigrations } from "../../migrations/runner.ts";
import { type Bucket, type BucketAt, bucketAt } from "../../migrations/s3/bucket.ts";
import { partitionStates } from "../../operations/partitions.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { type Objects, serveObjects } from "./objects.ts";
import { root } from "./rung.ts";

/** Whose events they are. */
export const users = [
  "00000000-0000-4000-8000-000000000001",
  "00000000-0000-4000-8000-000000000002",
  "00000000-0000-4000-8000-000000000003",
];

/** A row each six hours of the last year, the three users in turn. */
export const year = `INSERT INTO public.events (id, user_id, name, properties, occurred_at)
  SELECT md5(i::text)::uuid, ('{${users}}'::uuid[])[1 + i % 3], 'made.up', jsonb_build_object('n', i, 'é', repeat('"\\', i % 4)),
         date_trunc('hour', now()) - i * interval '6 hours' FROM generate_series(0, 1459) i`;

/** A database of its own for each test, and a bucket that its months are archived to. */
export class Events {
  owner!: pg.Client; // set before each test, as the rest
  at!: BucketAt;
  bucket!: Bucket;
  folder!: string;
  objects!: Objects;
  #cluster!: Cluster;
  #database = 0;

  async start(): Promise<void> {
    this.#cluster = await startCluster();
    await this.#cluster.sql("CREATE ROLE owner; CREATE ROLE app; CREATE ROLE monitor");
    this.folder = await mkdtemp(join(tmpdir(), "rung-events-"));
    this.objects = await serveObjects(this.folder, "archive");
    this.#lead({
      endpoint: `http://${this.objects.host}`,
      region: "us-east-1",
      bucket: "archive",
      prefix: "",
      accessKeyId: this.objects.env.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: this.objects.env.AWS_SECRET_ACCESS_KEY ?? "",
    });
  }

  async remove(): Promise<void> {
    await this.#cluster.remove();
    this.objects.stop();
    await rm(this.folder, { recursive: true });
  }

  async next(): Promise<void> {
    this.#database += 1;
    const name = `t${this.#database}`;
    await this.#cluster.sql(`CREATE DATABASE ${name} OWNER owner`);
    await this.#cluster.sql(
      `GRANT CREATE, USAGE ON SCHEMA public TO owner; GRANT USAGE ON SCHEMA public TO app;
       ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app`,
      undefined,
      name,
    );
    this.owner = await this.connect();
    this.#lead({ ...this.at, prefix: `${name}/` });
  }

  /** The storage with what it holds, on another port, after it was stopped. */
  async serveAgain(): Promise<void> {
    const { accessKeyId, secretAccessKey } = this.at;
    this.objects = await serveObjects(this.folder, "archive", { accessKeyId, secretAccessKey });
    this.#lead({ ...this.at, endpoint: `http://${this.objects.host}` });
  }

  url(role = "owner"): string {
    const address = new URL(this.#cluster.url(`t${this.#database}`));
    address.searchParams.set("options", `-c role=${role}`);
    return address.href;
  }

  async connect(role?: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url(role) });
    await client.connect();
    return client;
  }

  async migrate(versions: (version: string) => boolean = () => true): Promise<void> {
    for (const { version, text } of await readMigrations(join(root, "migrations", "schema")))
      if (versions(version)) await this.owner.query(`BEGIN; ${halves(text).up}; COMMIT`);
  }

  /** A year of events, each month in a partition of its own. */
  async aYear(): Promise<void> {
    await this.migrate();
    await this.owner.query(`INSERT INTO public.users (id) SELECT unnest('{${users}}'::uuid[])`);
    await this.owner.query(
      "SELECT public.events_month((now() - i * interval '1 month')::date) FROM generate_series(2, 13) i",
    );
    await this.owner.query(year);
  }

  /** How many there are, and a digest of every value. */
  async all(): Promise<{ readonly rows: number; readonly digest: string }> {
    const { rows } = await this.owner.query(
      "SELECT count(*)::int AS rows, md5(string_agg(e::text, '|' ORDER BY user_id, id)) AS digest FROM public.events e",
    );
    return rows[0];
  }

  states = () => partitionStates(this.owner, this.bucket);

  #lead(at: BucketAt): void {
    this.at = at;
    this.bucket = bucketAt(at);
  }
}

/** For the tests of a file: one server, and for each test a new database. */
export function eventsOfEachTest(): Events {
  const events = new Events();
  beforeAll(() => events.start());
  afterAll(() => events.remove());
  beforeEach(() => events.next());
  afterEach(() => events.owner.end());
  return events;
}
