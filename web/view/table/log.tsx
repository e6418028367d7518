import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { log } from '../../state/log.ts';
import { text } from '../../strings.ts';

/** Read out at once; more of a burst would be too late to be of use. */
const spoken = 4;

/** What happened, in words: beside the table on a wide screen, a line that opens on a small one. */
export function Log() {
  const list = useRef<HTMLOListElement>(null);
  const entries = log.value;
  useLayoutEffect(() => {
    const element = list.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, [entries]);
  const lines = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must be able to
    <ol ref={list} tabIndex={0} aria-label={text.table.log}>
      {entries.map((entry) => (
        <li key={entry.id} class={entry.first ? 'first' : ''}>
          {entry.text}
        </li>
      ))}
    </ol>
  );
  if (wide.value) {
    return (
      <aside class="log" aria-labelledby="log-title">
        <h2 id="log-title">{text.table.log}</h2>
        {entries.length > 0 ? lines : <p class="hint">{text.table.nothingYet}</p>}
      </aside>
    );
  }
  const last = entries.at(-1);
  if (!last) return null;
  return (
    <aside class="log" aria-label={text.table.log}>
      <details>
        <summary>
          <span class="unseen">{text.table.log}</span>
          <span class="last">{last.text}</span>
        </summary>
        {lines}
      </details>
    </aside>
  );
}

const query = matchMedia('(min-width: 62rem)');
const wide = signal(query.matches);
query.addEventListener('change', () => {
  wide.value = query.matches;
});

/** Says what happens to who can't see it. */
export function Announcer() {
  return (
    <div class="unseen" aria-live="polite">
      {log.value.slice(-spoken).map((entry) => (
        <p key={entry.id}>{entry.text}</p>
      ))}
    </div>
  );
}
