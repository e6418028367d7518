import { type Client, Protocol, SchemaSerializer } from '@colyseus/core';
import { Encoder, type Schema } from '@colyseus/schema';

/** Many times as long as the state of any room; a longer one gets a buffer of its own. */
const scratch = new Uint8Array(64 * 1024);
/** What clients read a state by, by its class. */
const handshakes = new Map<unknown, Uint8Array>();

/**
 * Colyseus' own serializer, but that it encodes into one buffer for all rooms of this process, and hands out copies. The
 * stock one keeps 32 KB for each room, and hands these out themselves: what waited for a slow reader was overwritten by
 * the next patch.
 */
export class SharedSerializer<State extends Schema> extends SchemaSerializer<State> {
  override reset(state: State): void {
    super.reset(state);
    this.encoder.sharedBuffer = scratch;
    this.encoder.encode = encodeCopy;
    this.fullEncodeBuffer = scratch;
  }

  override getFullState(client?: Client): Uint8Array {
    // Something else has been encoded since where the last one lay.
    this.needFullEncode = true;
    this.fullEncodeBuffer[0] = Protocol.ROOM_STATE;
    return Buffer.from(super.getFullState(client));
  }

  override handshake(): Uint8Array {
    const type = this.encoder.state.constructor;
    const handshake = handshakes.get(type) ?? super.handshake();
    handshakes.set(type, handshake);
    return handshake;
  }
}

function encodeCopy(this: Encoder, ...args: Parameters<Encoder['encode']>): Uint8Array {
  return Buffer.from(Encoder.prototype.encode.apply(this, args));
}
