/**
 * The processes of the cluster. Not those of Colyseus' list alone: it is written a second after a process has begun, and
 * who was taken for dead and lives is off it until their next room.
 */
export interface Processes {
  /** Dead ones included. */
  known(): Promise<ReadonlySet<string>>;
  /** Which of these can be heard, by a connection that vanishes with its process. */
  heardOf(processIds: readonly string[]): Promise<ReadonlySet<string>>;
  add(processId: string): Promise<void>;
  remove(processId: string): Promise<void>;
}

/** Those that are known and can be heard. */
export async function living(processes: Processes): Promise<ReadonlySet<string>> {
  return processes.heardOf([...(await processes.known())]);
}
