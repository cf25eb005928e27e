/** The table shows this many days; what is older may go to the archive. */
const shownDays = 90;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Before which day months are due, ISO 8601: the first of a month.
 * @param keepMonths whole months that stay besides the one that is now; never fewer than the days that are shown need
 */
export function dueBefore(now: Date, keepMonths = 0): string {
  const shown = new Date(now.getTime() - shownDays * dayMs);
  const firsts = [
    Date.UTC(shown.getUTCFullYear(), shown.getUTCMonth(), 1),
    Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - keepMonths, 1),
  ];
  return new Date(Math.min(...firsts)).toISOString();
}
