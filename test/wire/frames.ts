import { type DataChange, type Decoder, decode, Reflection } from '@colyseus/schema';
import { unpack } from 'msgpackr';

/** Reads a server's frames without the SDK: byte codes of Colyseus, msgpack in messages, the schema decoder for the state. */

export type Frame =
  /** `fields`: what the state's classes may hold, as the server describes it. */
  | { kind: 'joined'; token: string; fields: string[][] }
  /** `written`: every value that the frame writes into the state. */
  | { kind: 'state'; state: object; written: unknown[] }
  | { kind: 'message'; type: string; payload: unknown }
  | { kind: 'answer'; payload: unknown };

const codes = { joined: 10, message: 13, state: 14, patch: 15, answer: 22 };

/** The reader of one connection's frames, in their order. */
export class FrameReader {
  #decoder: Decoder | undefined;

  /** @throws Error for anything that is not known here: an unread byte proves nothing. */
  read(bytes: Uint8Array): Frame {
    const it = { offset: 1 };
    switch (bytes[0]) {
      case codes.joined:
        return this.#joined(bytes);
      case codes.state:
      case codes.patch: {
        const decoder = this.#decoder;
        if (!decoder) throw new Error('a state came before the handshake');
        const written: unknown[] = [];
        decoder.triggerChanges = (changes: DataChange[]) => written.push(...changes.map(({ value }) => value));
        decoder.decode(bytes, it);
        return { kind: 'state', state: decoder.state.toJSON(), written };
      }
      case codes.message:
        return { kind: 'message', type: decode.string(bytes, it), payload: unpack(bytes.subarray(it.offset)) };
      case codes.answer: {
        decode.number(bytes, it);
        // The status: accepted, or refused.
        it.offset++;
        return { kind: 'answer', payload: unpack(bytes.subarray(it.offset)) };
      }
      default:
        throw new Error(`a frame of the unknown kind ${bytes[0]}: ${Buffer.from(bytes).toString('latin1')}`);
    }
  }

  #joined(bytes: Uint8Array): Frame {
    const it = { offset: 1 };
    const text = () => {
      const length = bytes[it.offset++] ?? 0;
      it.offset += length;
      return Buffer.from(bytes.subarray(it.offset - length, it.offset)).toString();
    };
    const token = text();
    if (text() !== 'schema') throw new Error('the state is not of a schema');
    const end = decode.number(bytes, it) + it.offset;
    if (end !== bytes.byteLength) throw new Error('the handshake has more in it than the description of the state');
    this.#decoder = Reflection.decode(bytes, it);
    const fields = [...this.#decoder.context.schemas.keys()].map(namesOf);
    return { kind: 'joined', token, fields };
  }
}

const namesOf = (type: object): string[] =>
  Object.values((type as { [Symbol.metadata]: Record<string, { name: string }> })[Symbol.metadata]).map(
    ({ name }) => name,
  );
