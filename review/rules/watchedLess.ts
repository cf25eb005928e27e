import { exposes } from "./rule.ts";

export const watchedLess = exposes.review([
  "seen-less",
  "less is written down or watched than before",
  "say why it is not needed",
]);
