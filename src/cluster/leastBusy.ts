/** A process, and how many rooms it has. */
interface Busy {
  readonly processId: string;
  readonly roomCount: number;
}

/**
 * Which process is to open the next room: the one with the fewest, as Colyseus chooses, but none that is dead. A dead one
 * is on the list until somebody has taken its rooms over, and whoever asked it would wait for 2 s.
 * @param known dead ones included
 * @returns its id; undefined where none can be heard
 */
export async function leastBusyOf(
  known: readonly Busy[],
  isHeard: (processId: string) => Promise<boolean>,
): Promise<string | undefined> {
  const fewestFirst = [...known].sort((one, other) => one.roomCount - other.roomCount);
  for (const { processId } of fewestFirst) if (await isHeard(processId)) return processId;
  return undefined;
}
