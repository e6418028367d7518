/** So long a call may take, ms. */
const patienceMs = 12_000;
/** Between two tries to get back: twice as long each time. */
export const firstWaitMs = 400;
export const longestWaitMs = 5000;

/**
 * Waits for a call, but not for ever.
 * @param tooLate what is done with what comes after that
 * @throws Error when the time is over, or what the call throws
 */
export function inTime<T>(call: Promise<T>, tooLate: (result: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(new Error('no answer'));
    }, patienceMs);
    call.then((result) => (late ? tooLate(result) : resolve(result)), reject).finally(() => clearTimeout(timer));
  });
}

/** Or something else, which has no such events. */
const browser: Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> = globalThis as object;

/** Waits so long, or until a browser says that it is online again. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      browser.removeEventListener?.('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    browser.addEventListener?.('online', done);
  });
}
