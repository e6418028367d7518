import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Decoder, Encoder, Reflection, type Schema } from '@colyseus/schema';

/** One class of the synced state, as it goes over the wire. */
export interface SyncedType {
  readonly id: number;
  /** Name and type of each, in the order of their numbers. */
  readonly fields: readonly string[];
}

/**
 * What the clients of a build make their decoders from.
 * @param folder of its sources
 */
export async function schemaOf(folder: string): Promise<readonly SyncedType[]> {
  const state = pathToFileURL(join(resolve(folder), 'src/rooms/schema/state.ts')).href;
  const { RecallState } = (await import(state)) as { RecallState: new () => Schema };
  const reflection = new Reflection();
  new Decoder(reflection).decode(Reflection.encode(new Encoder(new RecallState())));
  return reflection.types.map(({ id, fields }) => ({
    id,
    fields: fields.map(({ name, type, childPrimitive = '', referencedType = -1 }) =>
      [name, type, childPrimitive, referencedType < 0 ? '' : referencedType].filter((part) => part !== '').join(' '),
    ),
  }));
}
