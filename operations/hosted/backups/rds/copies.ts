import { randomBytes } from "node:crypto";
import { until } from "../../../../components/providers/kit/wait.ts";
import { step } from "../../../progress.ts";
import type { Copies } from "../copies.ts";
import type { Patience } from "../provider.ts";
import type { Asked } from "./beside.ts";
import { type Restorable, type Tagged, waiting } from "./restorable.ts";

/** Tells a drill's copy from one that a person restored: only what carries it is ever removed. */
const tag = "rung:drill";
const randomDigits = 6;

/** Beside the living one, each as closed as that, and without protection from deletion. */
export const copiesOf = (of: Restorable, asked: Asked, patience: Patience): Copies => ({
  left: () =>
    asked(async (client) =>
      (await of.all(client)).filter((one) => isCopyOf(of, one)).map(({ name }) => name),
    ),
  make: (to, report) =>
    asked(async (client) => {
      const name = `${beginning(of)}${randomBytes(randomDigits / 2).toString("hex")}`;
      await step(report, "restore", () =>
        of.begin(client, name, { to }, { isProtected: false, tags: { [tag]: of.name } }),
      );
      return step(report, of.kind, async (say) => {
        const what = `${name} to be available`;
        const there = await until(() => of.look(client, name, say), { what, ...waiting(patience) });
        return { name, ...there };
      });
    }),
  // RDS refuses to delete what it still makes: it is asked again until it is gone.
  remove: (name, report) =>
    step(report, `remove ${name}`, async (say) => {
      await asked((client) =>
        until(() => of.remove(client, name, say), { what: `${name} to be gone`, ...waiting(patience) }),
      );
    }),
});

const isCopyOf = (of: Restorable, { name, tags }: Tagged): boolean =>
  name.startsWith(beginning(of)) && tags[tag] === of.name;

/** Of a copy's name: the living one's, cut where the whole would be too long for RDS. */
function beginning({ name, longestName }: Restorable): string {
  const end = "-drill-";
  return `${name.slice(0, longestName - end.length - randomDigits).replace(/-$/, "")}${end}`;
}
