import { failure } from "../../components/model/diagnostics.ts";
import { answeringDocker } from "../../engine/docker.ts";
import { bucketAt } from "../../migrations/s3/bucket.ts";
import type { Living, OpenArchive } from "../stage.ts";
import { forward } from "./forward.ts";

/** The stack's own storage, beside the backups: the app's key does not open it. */
export async function localArchive({ outputs }: Living): Promise<OpenArchive> {
  const name = outputs.parts.database?.[0];
  if (name === undefined) throw failure("this stack has no database", "give the spec one", "rung db");
  const docker = await answeringDocker();
  const { Config } = await docker.getContainer(name).inspect();
  const told = (name: string) =>
    Config.Env.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const { path, close } = await forward(name, "TCP:storage:9000", "storage.sock");
  const bucket = bucketAt({
    endpoint: "https://storage:9000",
    region: "local",
    bucket: told("BACKUP_BUCKET"),
    prefix: "",
    accessKeyId: "backup",
    secretAccessKey: told("BACKUP_SECRET"),
    socketPath: path,
    ...(outputs.certificateAuthority && { ca: outputs.certificateAuthority }),
  });
  return { bucket, close };
}
