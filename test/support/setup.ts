import { vi } from 'vitest';
import { silenceSdk } from '../../harness/silence.ts';

// A busy machine may take its time: what a test waits for has longer than the second that it has by default.
const timeout = 10_000;
const { waitFor } = vi;
vi.waitFor = (callback, options) => waitFor(callback, typeof options === 'number' ? options : { timeout, ...options });

silenceSdk();
