/**
 * What this browser keeps for the page, in a way that never fails: where the browser's own storage is forbidden, full or
 * broken, the page keeps things itself for as long as it is open.
 */
class TolerantStorage {
  /** What the browser would not take: newer than what it has. */
  readonly #kept = new Map<string, string | null>();
  readonly #own: () => Storage;

  constructor(own: () => Storage) {
    this.#own = own;
  }

  /** Whether the browser has all of it, so that a page that is loaded anew has it too. */
  get keepsAll(): boolean {
    return this.#kept.size === 0;
  }

  getItem(key: string): string | null {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    try {
      return this.#own().getItem(key);
    } catch {
      return null;
    }
  }

  setItem(key: string, value: string): void {
    this.#write(key, value, (own) => own.setItem(key, value));
  }

  removeItem(key: string): void {
    this.#write(key, null, (own) => own.removeItem(key));
  }

  #write(key: string, value: string | null, write: (own: Storage) => void): void {
    try {
      write(this.#own());
      this.#kept.delete(key);
    } catch {
      this.#kept.set(key, value);
    }
  }
}

/** The browser throws even where it is only asked for the object. */
function browsersOwn(): () => Storage {
  try {
    const own = globalThis.localStorage;
    return () => own;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

export const storage = new TolerantStorage(browsersOwn());

// The SDK, which keeps the guest's token, looks for the browser's storage by its name, and would fail with it.
Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true });
