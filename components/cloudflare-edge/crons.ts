const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** A cron expression as Cloudflare reads it: its days of the week count from Sunday as 1, so they are named instead. */
export function cloudflareCron(cron: string): string {
  const fields = cron.split(" ");
  const last = fields.pop() ?? "*";
  return [...fields, last === "*" ? last : named(last)].join(" ");
}

function named(field: string): string {
  const days = field.split(",").flatMap((part) => {
    const [range = "*", step = "1"] = part.split("/");
    const [from = 0, to = from] = range === "*" ? [0, 6] : range.split("-").map(Number);
    // `5/2` is from the fifth day on, to the week's end.
    const end = part.includes("/") && !range.includes("-") && range !== "*" ? 6 : to;
    return Array.from(
      { length: Math.floor((end - from) / Number(step)) + 1 },
      (_, n) => from + n * Number(step),
    );
  });
  const unique = [...new Set(days.map((day) => day % 7))].toSorted((a, b) => a - b);
  return unique.map((day) => weekdays[day]).join(",");
}

/** Which paths each trigger calls: jobs with one schedule share it. */
export function triggersOf(
  jobs: Readonly<Record<string, { readonly schedule: string; readonly path: string }>>,
): Readonly<Record<string, readonly string[]>> {
  const triggers: Record<string, string[]> = {};
  for (const { schedule, path } of Object.values(jobs)) {
    const cron = cloudflareCron(schedule);
    triggers[cron] = [...(triggers[cron] ?? []), path].toSorted();
  }
  return triggers;
}
