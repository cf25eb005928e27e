import type { Review } from "../model.ts";

/** The review as it is, for scripts: see `review/model.ts` for what each key means. */
export const renderJson = (review: Review): string => `${JSON.stringify(review, null, 2)}\n`;
