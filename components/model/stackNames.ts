/** Of a pull request: what it holds may go with it, unless a setting says otherwise. */
export const isPreview = (stack: string): boolean => /^pr-\d+$/.test(stack);

/**
 * Stacks that nobody would miss, by their name: previews, tests and rehearsals. Of these the last two still begin
 * protected, as one that lasts does: that is what they test.
 */
export const isThrowAway = (stack: string): boolean =>
  isPreview(stack) || /^(test[\w-]*|rehearsal)$/.test(stack);
