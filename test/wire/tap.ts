/**
 * Records what servers send to the WebSocket clients of this process, from the first frame on. Import it before the SDK,
 * which looks for `WebSocket` once.
 */
const connections = new Map<string, Uint8Array[][]>();

globalThis.WebSocket = class extends WebSocket {
  constructor(...[url, options]: ConstructorParameters<typeof WebSocket>) {
    super(url, options);
    const frames: Uint8Array[] = [];
    const sessionId = new URL(url).searchParams.get('sessionId') ?? '';
    connections.set(sessionId, [...(connections.get(sessionId) ?? []), frames]);
    // Before anybody else listens.
    this.addEventListener('message', ({ data }) => frames.push(new Uint8Array(data)));
  }
};

/** The frames that each connection to this seat has got so far. */
export function takeFrames(sessionId: string): Uint8Array[][] {
  const frames = connections.get(sessionId) ?? [];
  connections.delete(sessionId);
  return frames;
}

/** The bodies of HTTP answers, recorded for one client. */
export function tappedFetch(bodies: Uint8Array[]): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    bodies.push(new Uint8Array(await response.clone().arrayBuffer()));
    return response;
  };
}
