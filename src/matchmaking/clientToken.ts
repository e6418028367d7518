/**
 * A reconnection token as clients have it: that of their seat, and behind a dot what their decoder of the state is good for,
 * which is the schema that it was made from, and the turn of ids (src/colyseus/freshIds.ts). An SDK that reconnects by itself keeps its decoder: with one of another build's state it would
 * see garbage, and no error.
 */
export interface ClientToken {
  /** Of the seat: the secret. */
  readonly token: string;
  /** Empty where the token was given out before tokens had one. */
  readonly schema: string;
}

export const writeToken = ({ token, schema }: ClientToken): string => `${token}.${schema}`;

export function readToken(text: string): ClientToken {
  const [token = '', schema = ''] = text.split('.');
  return { token, schema };
}
