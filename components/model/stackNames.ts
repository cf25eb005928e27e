/** Of a pull request. */
export const isPreview = (stack: string): boolean => /^pr-\d+$/.test(stack);

/**
 * Stacks that nobody would miss, by their name: previews of pull requests, tests and rehearsals. Their stores may go
 * with them unless a setting says otherwise.
 */
export const isThrowAway = (stack: string): boolean =>
  isPreview(stack) || /^(test[\w-]*|rehearsal)$/.test(stack);
