import { type Handler, Refusal } from "../vendor.ts";
import { type Behaviour, busy, made, ok, working } from "./rules.ts";
import type { Project, State } from "./state.ts";

const dayS = 24 * 60 * 60;

/** The backups that there would be: one a day since the project was made, and with the add-on any second of its days. */
export function backupHandlers(state: State, behaviour: Behaviour): Record<string, Handler> {
  const born = ({ createdAt }: Project): number => Math.floor(Date.parse(createdAt) / 1000);
  const pitrDays = ({ addons }: Project): number => Number(/^pitr_(\d+)$/.exec(addons.pitr ?? "")?.[1] ?? 0);
  const windowOf = (project: Project) => {
    const latest = Math.floor(Date.now() / 1000);
    return { earliest: Math.max(born(project), latest - pitrDays(project) * dayS), latest };
  };
  /** Supabase Free keeps none. */
  const daily = (project: Project) =>
    behaviour.organizations.get(project.organization) === "pro" && pitrDays(project) === 0
      ? [
          {
            id: project.number,
            is_physical_backup: true,
            status: "COMPLETED",
            inserted_at: project.createdAt,
          },
        ]
      : [];
  return {
    "GET /v1/projects/{ref}/database/backups": ({ path }) => {
      const project = working(state, path.ref);
      const { earliest, latest } = windowOf(project);
      const pitr = pitrDays(project) > 0;
      return ok({
        region: project.region,
        walg_enabled: true,
        pitr_enabled: pitr,
        backups: daily(project),
        physical_backup_data: pitr
          ? { earliest_physical_backup_date_unix: earliest, latest_physical_backup_date_unix: latest }
          : {},
      });
    },
    "POST /v1/projects/{ref}/database/backups/restore": ({ path, body }) => {
      const project = working(state, path.ref);
      if (!daily(project).some(({ id }) => id === body.id)) throw new Refusal(404, "Backup not found");
      busy(project, "RESTORING", behaviour);
      return made();
    },
    "POST /v1/projects/{ref}/database/backups/restore-pitr": ({ path, body }) => {
      const project = working(state, path.ref);
      if (pitrDays(project) === 0) throw new Refusal(400, "PITR is not enabled for this project.");
      const { earliest, latest } = windowOf(project);
      const wanted = Number(body.recovery_time_target_unix);
      if (wanted < earliest || wanted > latest)
        throw new Refusal(400, "Recovery time is outside of what can be recovered.");
      busy(project, "RESTORING", behaviour);
      return made();
    },
  };
}
