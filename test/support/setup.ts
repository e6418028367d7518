import { vi } from 'vitest';

// A busy machine may take its time: what a test waits for has longer than the second that it has by default.
const timeout = 10_000;
const { waitFor } = vi;
vi.waitFor = (callback, options) => waitFor(callback, typeof options === 'number' ? options : { timeout, ...options });

// There the SDK tells of each lost connection, and of each message that a test doesn't listen to.
Object.assign(console, { info() {}, warn() {} });
