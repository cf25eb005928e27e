/** Something that goes wrong with a request, on demand. */
export interface Fault {
  /** `METHOD /path`, as the vendor's document writes it. */
  readonly on: string;
  /** How many requests of that kind it meets. @default 1 */
  readonly times?: number;
  /** How many requests of that kind are let through before. @default 0 */
  readonly after?: number;
  /** Whether the work is done nevertheless: an answer that gets lost, an object that is left half-made. */
  readonly done: boolean;
  /** What the caller gets: an answer, none for as long as it waits, or a torn connection. */
  readonly answer:
    | { readonly status: number; readonly body?: unknown; readonly retryAfter?: number | string }
    | "stall"
    | "tear";
}

/** Turned away for its rate. */
export const rateLimited = (on: string, retryAfter: number | string, times = 1): Fault => ({
  on,
  times,
  done: false,
  answer: { status: 429, body: { message: "Rate limit exceeded." }, retryAfter },
});
/** Failed before anything was done. */
export const failing = (on: string, status: number, times = 1): Fault => ({
  on,
  times,
  done: false,
  answer: { status, body: { message: "Server error." } },
});
/** Done, but the answer never arrives. */
export const lost = (on: string, times = 1): Fault => ({ on, times, done: true, answer: "tear" });
/** Nothing is done, and nothing is said. */
export const stalled = (on: string, times = 1): Fault => ({ on, times, done: false, answer: "stall" });
/** Made, but the server fails before it can say so. */
export const halfMade = (on: string, times = 1): Fault => ({
  on,
  times,
  done: true,
  answer: { status: 500, body: { message: "Server error." } },
});

/** The faults that are still to happen. */
export class Faults {
  #pending: { readonly fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending = [];
  }

  /** The fault that meets a request, if one does. */
  next(operation: string): Fault | undefined {
    const found = this.#pending.find(({ fault, left }) => fault.on === operation && left > 0);
    if (!found) return undefined;
    if (found.skip > 0) {
      found.skip--;
      return undefined;
    }
    found.left--;
    return found.fault;
  }
}
