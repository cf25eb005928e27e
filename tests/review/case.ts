import type { Size, StageName } from "../../components/model/words.ts";
import type { Rank, Verdict } from "../../review/model.ts";

/** Words of a file that others take the place of, and that must stand there exactly once; or a new file. */
export interface Edit {
  readonly file: string;
  /** Left out: the file is new. */
  readonly find?: string;
  readonly put: string;
}

/** What a finding must say; all that is left out may be anything. */
export interface Expected {
  readonly rank: Rank;
  readonly rule: string;
  /** Logical name of the resource. */
  readonly resource?: string;
  /** A property that forces it. */
  readonly path?: string;
  /** Where the change that caused it was made. */
  readonly cause?: string;
}

/** A change as it may come in a pull request, and what a senior engineer would want to be told of it. */
export interface Case {
  readonly name: string;
  readonly edits?: readonly Edit[];
  /** Settings that change, e.g. `{"rung:size": "medium"}`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly verdict: Verdict;
  /** Each must be among the findings; the first of them must be the first of the review. */
  readonly findings: readonly Expected[];
}

/** Changes to one stack as it stands: it is brought up once for all of them. */
export interface Group {
  readonly base:
    | {
        readonly stage: StageName;
        readonly size: Size;
        readonly settings?: Readonly<Record<string, string>>;
      }
    | { readonly program: string };
  readonly cases: readonly Case[];
}
