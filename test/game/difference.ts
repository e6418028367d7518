/** Says where two values differ, or null. */
export function difference(one: unknown, other: unknown, path = ''): string | null {
  if (one === other) return null;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return `${path}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`;
  }
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return `${path}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`;
  for (const key of keys) {
    const found = difference((one as never)[key], (other as never)[key], `${path}.${key}`);
    if (found) return found;
  }
  return null;
}
