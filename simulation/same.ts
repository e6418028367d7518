/** Whether two values of plain data are the same. A field that is undefined is one that isn't there. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  for (const key in a) if (!same(a[key as never], b[key as never])) return false;
  for (const key in b) if (a[key as never] === undefined && b[key as never] !== undefined) return false;
  return true;
}
