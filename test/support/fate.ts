import WebSocket from 'ws';

/** What became of one connection. */
export interface Fate {
  /** The status of a refused handshake, or the code that the connection was closed with. */
  readonly end: number;
  /** How many frames came before. */
  readonly frames: number;
}

/**
 * Connects without the SDK.
 * @param onFrame called with each frame that comes
 * @returns when it is over
 */
export function fateOf(
  address: string,
  {
    headers = {},
    onFrame = () => {},
  }: { headers?: Record<string, string>; onFrame?: (socket: WebSocket) => void } = {},
): Promise<Fate> {
  return new Promise((resolve) => {
    const socket = new WebSocket(address, { headers });
    let status = 0;
    let frames = 0;
    socket.on('unexpected-response', (_request, response) => {
      status = response.statusCode ?? 0;
      response.resume();
      socket.terminate();
    });
    socket.on('message', () => {
      frames++;
      onFrame(socket);
    });
    socket.on('error', () => {});
    socket.on('close', (code) => resolve({ end: status || code, frames }));
  });
}
