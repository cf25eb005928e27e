/** The engine's events (`pulumi up --json`), as far as Rung reads them. Secrets are masked in them by the engine. */
export interface EngineEvent {
  readonly sequence: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly preludeEvent?: { readonly config: Readonly<Record<string, string>> };
  /** A step begins; in a preview, it is planned. */
  readonly resourcePreEvent?: StepEvent;
  /** A step has ended. */
  readonly resOutputsEvent?: StepEvent;
  readonly resOpFailedEvent?: StepEvent & { readonly status: number; readonly steps: number };
  readonly diagnosticEvent?: {
    readonly severity: "info" | "info#err" | "warning" | "error" | "debug";
    readonly message: string;
    readonly prefix?: string;
    readonly urn?: string;
    /** Only for the status line of a terminal. */
    readonly ephemeral?: boolean;
  };
  readonly stdoutEvent?: { readonly message: string };
  readonly policyEvent?: PolicyEvent;
  readonly policyRemediationEvent?: Omit<PolicyEvent, "enforcementLevel" | "message">;
  readonly summaryEvent?: {
    readonly maybeCorrupt: boolean;
    readonly durationSeconds: number;
    readonly resourceChanges?: Readonly<Record<string, number>>;
    readonly isPreview?: boolean;
    readonly result?: "succeeded" | "failed" | "canceled";
  };
  readonly errorEvent?: { readonly error: string };
  readonly progressEvent?: {
    readonly type: string;
    readonly id: string;
    readonly message: string;
    readonly received: number;
    readonly total: number;
    readonly done: boolean;
  };
  readonly cancelEvent?: object;
}

export interface StepEvent {
  readonly metadata: StepMetadata;
  readonly planning?: boolean;
}

export interface StepMetadata {
  /** e.g. `create`, `same`, `update`, `delete`, `replace`, `create-replacement`, `delete-replaced`, `refresh`. */
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly provider?: string;
  readonly logical?: boolean;
  readonly keys?: readonly string[] | null;
  readonly diffs?: readonly string[] | null;
  readonly detailedDiff?: Readonly<
    Record<string, { readonly diffKind: string; readonly inputDiff: boolean }>
  > | null;
  readonly old?: StepState | null;
  readonly new?: StepState | null;
}

export interface StepState {
  readonly type: string;
  readonly urn: string;
  readonly id: string;
  readonly parent: string;
  readonly custom?: boolean;
  readonly protect?: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface PolicyEvent {
  readonly resourceUrn?: string;
  readonly message: string;
  readonly policyName: string;
  readonly policyPackName: string;
  readonly policyPackVersion: string;
  readonly enforcementLevel: string;
  readonly severity?: string;
}

/** What a run did, or in a preview would do, by resource. */
export interface Changes {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

/** The counts of the engine's summary. */
export function changesOf(counted: Readonly<Record<string, number>> = {}): Changes {
  const of = (name: string) => counted[name] ?? 0;
  return {
    create: of("create") + of("import"),
    update: of("update"),
    replace: of("replace") + of("import-replacement"),
    delete: of("delete") + of("discard"),
    same: of("same"),
  };
}
