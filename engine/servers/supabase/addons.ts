import { type Handler, Refusal } from "../vendor.ts";
import { type Behaviour, busy, made, ok, working } from "./rules.ts";
import type { Project, Replica, State } from "./state.ts";

const sizes = [
  "micro",
  "small",
  "medium",
  "large",
  "xlarge",
  "2xlarge",
  "4xlarge",
  "8xlarge",
  "12xlarge",
  "16xlarge",
];
const sizeOf = ({ addons }: Project): number =>
  sizes.indexOf(addons.compute_instance?.replace("ci_", "") ?? "nano");
const small = sizes.indexOf("small");

/** Add-ons, and read replicas, which are bought as well. */
export function addonHandlers(state: State, behaviour: Behaviour): Record<string, Handler> {
  const paid = (project: Project): void => {
    if (behaviour.organizations.get(project.organization) === "pro") return;
    throw new Refusal(402, "Add-ons are available on paid plans only.");
  };

  return {
    "GET /v1/projects/{ref}/billing/addons": ({ path }) => {
      const project = working(state, path.ref);
      const selected = Object.entries(project.addons).map(([type, id]) => ({ type, variant: variant(id) }));
      return ok({ selected_addons: selected, available_addons: [] });
    },

    "PATCH /v1/projects/{ref}/billing/addons": ({ path, body }) => {
      const project = working(state, path.ref);
      paid(project);
      const [type, id] = [String(body.addon_type), String(body.addon_variant)];
      if (prefixes[type] !== undefined && !id.startsWith(prefixes[type])) {
        throw new Refusal(400, `${id} is no variant of ${type}`);
      }
      if (type === "compute_instance" && sizes.indexOf(id.replace("ci_", "")) < small) stays(project);
      if (type === "pitr" && sizeOf(project) < small) {
        throw new Refusal(400, "PITR requires a compute size of small at least.");
      }
      project.addons[type] = id;
      if (type === "compute_instance") busy(project, "RESIZING", behaviour);
      return ok();
    },

    "DELETE /v1/projects/{ref}/billing/addons/{addon_variant}": ({ path }) => {
      const project = working(state, path.ref);
      paid(project);
      const type = Object.keys(project.addons).find((one) => project.addons[one] === path.addon_variant);
      if (!type) throw new Refusal(404, "The project has no such add-on.");
      if (type === "compute_instance") {
        stays(project);
        busy(project, "RESIZING", behaviour);
        project.addons[type] = "ci_micro";
      } else delete project.addons[type];
      return ok();
    },

    "POST /v1/projects/{ref}/read-replicas/setup": ({ path, body }) => {
      const project = working(state, path.ref);
      paid(project);
      if (sizeOf(project) < small)
        throw new Refusal(400, "Read replicas require a compute size of small at least.");
      const most = sizeOf(project) >= sizes.indexOf("xlarge") ? 5 : 2;
      if (project.replicas.length >= most) throw new Refusal(400, `No more than ${most} read replicas.`);
      const region = String(body.read_replica_region);
      project.replicas.push({
        identifier: `${project.ref}-rr-${region}-${String(state.count++).padStart(5, "a")}`,
        region,
        status: "INIT_READ_REPLICA",
        looks: behaviour.looks,
      });
      return made();
    },

    "POST /v1/projects/{ref}/read-replicas/remove": ({ path, body }) => {
      const project = working(state, path.ref);
      const found = project.replicas.find(({ identifier }) => identifier === body.database_identifier);
      if (!found) throw new Refusal(404, "There is no such read replica.");
      found.status = "GOING_DOWN";
      found.looks = behaviour.looks;
      return made();
    },

    "GET /v1/organizations/{slug}/projects": ({ path, query }) => {
      if (!behaviour.organizations.has(path.slug ?? "")) throw new Refusal(404, "Organization not found");
      const all = Object.values(state.projects).filter(({ organization }) => organization === path.slug);
      const [offset, limit] = [Number(query.get("offset") ?? 0), Number(query.get("limit") ?? 100)];
      for (const project of all)
        project.replicas = project.replicas.filter((one) => stillThere(one, behaviour));
      return ok({
        projects: all.slice(offset, offset + limit).map(listed),
        pagination: { count: all.length, limit, offset },
      });
    },
  };
}

const prefixes: Readonly<Record<string, string>> = { compute_instance: "ci_", pitr: "pitr_", ipv4: "ipv4_" };

const variant = (id: string) => ({
  id,
  name: id,
  price: { description: "", type: "usage", interval: "hourly", amount: 0 },
});

/** What needs compute of size small keeps the project from going below it. */
function stays({ addons, replicas }: Project): void {
  if (addons.pitr) throw new Refusal(400, "Disable PITR before you go below a compute size of small.");
  if (replicas.length > 0) throw new Refusal(400, "Remove all read replicas before you go below that size.");
}

function stillThere(replica: Replica, { sickRegions }: Behaviour): boolean {
  if (replica.looks > 0) {
    replica.looks -= 1;
    return true;
  }
  if (replica.status === "INIT_READ_REPLICA") {
    replica.status = sickRegions.has(replica.region) ? "INIT_READ_REPLICA_FAILED" : "ACTIVE_HEALTHY";
  }
  return replica.status !== "GOING_DOWN";
}

const listed = (project: Project) => ({
  ref: project.ref,
  name: project.name,
  cloud_provider: "AWS",
  region: project.region,
  is_branch: false,
  status: project.status,
  inserted_at: project.createdAt,
  databases: [
    { identifier: project.ref, region: project.region, status: "ACTIVE_HEALTHY", type: "PRIMARY" },
    ...project.replicas.map(({ identifier, region, status }) => ({
      identifier,
      region,
      status,
      type: "READ_REPLICA",
    })),
  ].map((one) => ({ cloud_provider: "AWS", ...one })),
});
