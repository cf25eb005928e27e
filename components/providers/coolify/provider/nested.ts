/**
 * The two parts of the id of something that lives inside another.
 * @throws Error saying how such an id is written, for `pulumi import`
 */
export function nested(id: string, outer: string, inner: string): [outer: string, inner: string] {
  const [first, second, ...rest] = id.split("/");
  if (!first || !second || rest.length > 0) throw new Error(`the id "${id}" is not <${outer}>/<${inner}>`);
  return [first, second];
}
