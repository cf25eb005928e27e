import { afterEach } from "vitest";
import { coolifyProvider } from "../../../../components/providers/coolify/provider/index.ts";
import type { Known, Values } from "../../../../engine/providers/provider.ts";
import { serveCoolify } from "../../../../engine/servers/coolify/index.ts";
import { driving } from "../driver.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A provider with a server of its own, and its resources called as the engine calls them. */
export async function coolify(config: Values = {}) {
  const server = await serveCoolify();
  const provider = coolifyProvider(5);
  await provider.configure?.({ endpoint: server.url, token: server.token, bootSeconds: "2", ...config });
  open.push(() => provider.close?.(), server.stop);
  return { server, provider, ...driving(provider) };
}
export type Coolify = Awaited<ReturnType<typeof coolify>>;

export const image = (digit: string): string => `ghcr.io/acme/pulse@sha256:${digit.repeat(64)}`;
export const sshKey =
  "-----BEGIN OPENSSH PRIVATE KEY-----\nnot a real one\n-----END OPENSSH PRIVATE KEY-----\n";

/** A project with its environment on the server that Coolify runs on: where the rest is put. */
export async function place({ create }: Coolify) {
  const project = await create("Project", { name: "pulse" });
  const environment = await create("Environment", { projectUuid: project.id, name: "prod" });
  const here = await create("LocalServer", {});
  return {
    project,
    environment,
    here,
    where: {
      serverUuid: here.id,
      destinationUuid: String(here.state.destinationUuid),
      projectUuid: project.id,
      environmentName: "prod",
      environmentUuid: String(environment.state.uuid),
    },
  };
}

/** For each type, valid inputs and a change of them that is done in place. */
export async function samples(on: Coolify) {
  const at = await place(on);
  const database = { ...at.where, image: "postgres:17", memoryMb: 512, cpus: 1 };
  const postgresql = await on.create("Postgresql", {
    ...database,
    name: "pulse-database",
    password: "hunter2hunter2",
    database: "pulse",
    initSql: "create role app",
  });
  const s3 = await on.create("S3Storage", {
    name: "pulse-backups",
    endpoint: "https://s3.example.com",
    bucket: "pulse-backups",
    region: "auto",
    accessKeyId: "id",
    secretAccessKey: "secret-of-s3",
  });
  const key = await on.create("PrivateKey", { name: "pulse-key", privateKey: sshKey });
  const app = {
    ...at.where,
    name: "pulse-app",
    image: image("a"),
    port: 3000,
    domains: ["https://pulse.example.com"],
    memoryMb: 256,
    cpus: 0.5,
    healthPath: "/api/health",
    postDeploymentCommand: "/app/entrypoint migrate",
    dockerOptions: "--read-only",
    healthCommand: "/app/entrypoint health",
  };
  const application = await on.create("Application", app);
  return {
    at,
    known: { postgresql, s3, key, application },
    made: {
      Project: [at.project, { name: "pulse two" }],
      Environment: [at.environment, { projectUuid: at.project.id, name: "production two" }],
      LocalServer: [at.here, { concurrentBuilds: 4 }],
      Server: [
        await on.create("Server", { name: "pulse-app-1", ip: "10.0.1.4", privateKeyUuid: key.id }),
        { name: "pulse-app-1", ip: "10.0.1.5", privateKeyUuid: key.id, user: "deploy" },
      ],
      Postgresql: [
        postgresql,
        { ...postgresql.inputs, memoryMb: 1024, config: "max_connections = 50", publicPort: 5432 },
      ],
      Redis: [
        await on.create("Redis", {
          ...database,
          name: "pulse-cache",
          image: "redis:8",
          password: "hunter3hunter3",
        }),
        {
          ...database,
          name: "pulse-cache",
          image: "redis:8",
          password: "hunter3hunter3",
          config: "maxmemory 1gb",
        },
      ],
      Dragonfly: [
        await on.create("Dragonfly", {
          ...database,
          name: "pulse-fly",
          image: "dragonfly:1",
          password: "hunter4hunter4",
        }),
        { ...database, name: "pulse-fly", image: "dragonfly:1", password: "hunter4hunter4", cpus: 2 },
      ],
      Application: [application, { ...app, image: image("b"), memoryMb: 512, previews: true }],
      Variables: [
        await on.create("Variables", { applicationUuid: application.id, values: { A: "1", B: "$x" } }),
        { applicationUuid: application.id, values: { A: "2", C: "3" } },
      ],
      ScheduledTask: [
        await on.create("ScheduledTask", {
          applicationUuid: application.id,
          name: "cleanup",
          command: "true",
          schedule: "0 2 * * *",
        }),
        {
          applicationUuid: application.id,
          name: "cleanup",
          command: "true",
          schedule: "0 3 * * *",
          enabled: false,
        },
      ],
      S3Storage: [s3, { ...s3.inputs, region: "eu", secretAccessKey: "another-secret" }],
      BackupSchedule: [
        await on.create("BackupSchedule", {
          databaseUuid: postgresql.id,
          schedule: "30 1 * * *",
          databases: ["pulse"],
          s3StorageUuid: s3.id,
        }),
        {
          databaseUuid: postgresql.id,
          schedule: "30 */6 * * *",
          databases: ["pulse"],
          s3StorageUuid: s3.id,
          keepDaysInS3: 7,
        },
      ],
    } satisfies Record<string, readonly [Known, Values]>,
  };
}
