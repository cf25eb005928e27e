import { type DiagnosticsError, failure } from "../../components/model/diagnostics.ts";

/** A step that stops, and leaves the source serving. Exit code 3: something must be settled first. */
export const stop = (what: string, mend: string): DiagnosticsError => failure(what, mend, "rung promote", 3);
