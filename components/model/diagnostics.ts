import { closest, distance } from "fastest-levenshtein";

/**
 * One thing that is wrong, as data. Text is made of it once, at the edge (`renderDiagnostics`).
 */
export interface Diagnostic {
  /** What is wrong, one sentence. */
  readonly what: string;
  /** Where: the file, and the path of the key inside it, e.g. `database.pool.size`. */
  readonly where: { readonly file: string; readonly key?: string };
  /** What stood there, never a secret's value. */
  readonly found?: string;
  /** What may stand there. */
  readonly allowed?: string;
  /** What to do about it. */
  readonly mend?: string;
}

/** A stack's settings file, where what speaks of it does not know which stack's. */
export const stackSettings = "Pulumi.<stack>.yaml";

/** Something the user can mend. Carries every problem found, never only the first. */
export class DiagnosticsError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  /** The exit code of a command that ends with this: 64 wrong usage or input, 1 failed, 2 attention, 3 blocked. */
  readonly exitCode: number;

  constructor(diagnostics: readonly Diagnostic[], exitCode = 64) {
    super(renderDiagnostics(diagnostics));
    this.name = "DiagnosticsError";
    this.diagnostics = diagnostics;
    this.exitCode = exitCode;
  }
}

/**
 * Runs what speaks of `stackSettings`.
 * @param file the stack's settings file
 * @throws what it throws, with that file's name
 */
export async function ofSettings<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    const named = error.diagnostics.map(({ where, ...rest }) => ({
      ...rest,
      where: where.file === stackSettings ? { ...where, file } : where,
    }));
    throw new DiagnosticsError(named, error.exitCode);
  }
}

/** A single-problem `DiagnosticsError` for a failure while doing, exit code 1 unless said otherwise. */
export function failure(what: string, mend: string, file = "rung", exitCode = 1): DiagnosticsError {
  return new DiagnosticsError([{ what, where: { file }, mend }], exitCode);
}

/** The diagnostics as text: a summary line each, then what was found, what is allowed and the mend. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(renderOne).join("\n\n");
}

function renderOne({ what, where, found, allowed, mend }: Diagnostic): string {
  const place = where.key ? `${where.file}: ${where.key}` : where.file;
  const lines = [`${place}: ${what}`];
  if (found !== undefined) lines.push(`  found    ${found}`);
  if (allowed !== undefined) lines.push(`  allowed  ${allowed}`);
  if (mend !== undefined) lines.push(`  mend     ${mend}`);
  return lines.join("\n");
}

/** The candidate that `word` was probably meant to be, if one is near enough to be a typo of it. */
export function nearMatch(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const lower = word.toLowerCase();
  const best = closest(lower, candidates as string[]);
  return distance(lower, best.toLowerCase()) <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined;
}
