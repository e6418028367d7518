/**
 * Names that are no setting, and look like one that was misspelt.
 * @param names of the variables that are set
 * @param known of all settings
 * @returns each with the setting that was meant
 */
export function misspelt(names: readonly string[], known: readonly string[]): readonly [name: string, meant: string][] {
  const long = known.filter((name) => name.includes('_'));
  return names
    .filter((name) => !known.includes(name))
    .flatMap((name): [string, string][] => {
      const inCapitals = long.find((meant) => meant === name.toUpperCase());
      if (inCapitals) return [[name, inCapitals]];
      // Of a short one only what has the same letters: POST is no PORT, and PROT is.
      const letters = lettersOf(name);
      const turned = known.find(
        (meant) => meant.length === name.length && lettersOf(meant) === letters && distance(name, meant) === 1,
      );
      if (turned) return [[name, turned]];
      const [nearest] = long
        // Cheap, and enough for most: each start compares all variables with all settings.
        .filter((meant) => Math.abs(meant.length - name.length) <= 2)
        .map((meant) => [distance(name, meant), meant] as const)
        .filter(([far, meant]) => far <= (meant.length < 8 ? 1 : 2))
        .sort(([one], [other]) => one - other);
      return nearest ? [[name, nearest[1]]] : [];
    });
}

const lettersOf = (name: string): string => [...name].sort().join('');

/** How many letters are missing, too many, wrong, or have changed places with the next. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (r: number, c: number): number => rows[r]?.[c] as number;
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(at(i - 1, j) + 1, (row[j - 1] as number) + 1, replaced, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] as number;
}
