import { createHash } from 'node:crypto';
import { Encoder, Reflection } from '@colyseus/schema';
import { RecallState } from './state.ts';

/** Of all that a client's decoder is made from: it is another one in each build whose state has another schema. */
export const schemaName: string = createHash('sha256')
  .update(Reflection.encode(new Encoder(new RecallState())))
  .digest('base64url')
  .slice(0, 8);
