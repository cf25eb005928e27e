import pg from "pg";
import { archive } from "../../migrations/archive/archive.ts";
import { bucketAt } from "../../migrations/s3/bucket.ts";

/** Archives in a process of its own, to be killed: `node archiveProcess.ts <url> <bucket as JSON> <before>`. */
const [url = "", at = "", before = ""] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
await client.connect();
await archive(client, bucketAt(JSON.parse(at)), before, (line) => process.stdout.write(`${line}\n`));
await client.end();
