import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Pooler } from "../../migrations/stages/traffic.ts";
import { freePorts } from "../../operations/freePorts.ts";

/** A real PgBouncer of a test's own, in front of one database. */
export interface TestPooler extends Pooler {
  readonly url: string;
  remove(): Promise<void>;
}

export async function startPooler(database: string, port: number, user = "postgres"): Promise<TestPooler> {
  const folder = await mkdtemp(join(tmpdir(), "rung-pgbouncer-"));
  await chmod(folder, 0o777);
  const [listen = 0] = await freePorts(1);
  const file = join(folder, "databases.ini");
  await writeFile(
    file,
    `[databases]\n${database} = host=127.0.0.1 port=${port} dbname=${database} pool_size=20\n`,
  );
  await writeFile(join(folder, "users.txt"), `"${user}" "secret-${user}"\n"console" ""\n`);
  await writeFile(
    join(folder, "pgbouncer.ini"),
    [
      `%include ${file}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${listen}`,
      "unix_socket_dir =",
      "auth_type = trust",
      `auth_file = ${join(folder, "users.txt")}`,
      "admin_users = console",
      "pool_mode = transaction",
      "max_client_conn = 500",
      // a server that was struck is looked for again at once, not after 15 s
      "server_login_retry = 0.2",
      "ignore_startup_parameters = extra_float_digits,options",
      `logfile = ${join(folder, "log")}`,
      "",
    ].join("\n"),
  );
  const args = process.getuid?.() === 0 ? ["-u", "postgres"] : [];
  const child: ChildProcess = spawn("/usr/sbin/pgbouncer", [...args, join(folder, "pgbouncer.ini")], {
    stdio: "ignore",
  });
  // it also reads the file that Rung writes anew as its owner
  const url = `postgresql://${user}@127.0.0.1:${listen}/${database}`;
  for (let round = 0; ; round += 1) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      break;
    } catch (error) {
      if (round > 100) throw error;
      await sleep(50);
    }
  }
  return {
    url,
    admin: `postgresql://console@127.0.0.1:${listen}/pgbouncer`,
    file,
    database,
    async remove() {
      child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
