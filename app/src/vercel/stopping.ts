import type { Lifecycle } from "../services.ts";

/** How long an instance may stream before its long answers end; the function's own limit is a little more. */
const streamMs = 240_000;

/**
 * When long answers end: when Vercel stops the instance, and in turns, before it cuts them off. Each request hears the
 * signal that was in force when it began.
 */
export class Stopping implements Lifecycle {
  #stopped = false;
  #turn = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #open = 0;
  readonly #streamMs: number;

  constructor(limitMs = streamMs) {
    this.#streamMs = limitMs;
  }

  get draining(): boolean {
    return this.#stopped;
  }
  get ending(): AbortSignal {
    return this.#turn.signal;
  }

  /** A request came. The first one of a turn begins its time. */
  begun(): void {
    this.#open += 1;
    this.#timer ??= setTimeout(() => this.#nextTurn(), this.#streamMs);
  }

  /** It was answered. With nothing open there is nothing to end: an idle instance is left alone. */
  ended(): void {
    this.#open -= 1;
    if (this.#open > 0 || !this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#turn.abort();
  }

  #nextTurn(): void {
    this.#timer = undefined;
    const ending = this.#turn;
    if (!this.#stopped) this.#turn = new AbortController();
    ending.abort();
  }
}
