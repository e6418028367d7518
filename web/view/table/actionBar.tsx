import { useLayoutEffect, useRef } from 'preact/hooks';
import { make } from '../../connection/moves.ts';
import { options } from '../../state/choice.ts';
import { stepMs } from '../../state/happened.ts';
import type { Action } from '../../state/options.ts';
import { busy, refusal } from '../../state/screen.ts';
import { isRunning, type TableState } from '../../state/table.ts';
import { actionLabel, askLine, collectHints } from '../../strings/asks.ts';
import { refusals, text } from '../../strings.ts';
import { Ring } from '../ring.tsx';

/** What one can do now: a line that says it, and the buttons that do it, where a thumb reaches them. */
export function ActionBar({ table }: { table: TableState }) {
  const bar = useRef<HTMLElement>(null);
  const hadFocus = useRef(false);
  const now = options.value;
  useLayoutEffect(() => {
    keepFocus(bar.current, hadFocus);
  });
  if (!now) return null;

  const { title, hint } = askLine(now.ask);
  const endsAt = isRunning(table.phase) ? table.deadlineAt : 0;
  // The second press of a double click is not meant for the button that has taken the first one's place.
  const press = ({ move }: Action, { detail }: MouseEvent) => {
    if (move && detail < 2) void make(move);
  };
  return (
    <section
      ref={bar}
      id="actions"
      class={`actions${now.mine ? ' mine' : ''}${isRunning(table.phase) ? ' running' : ''}`}
      tabIndex={-1}
      aria-label={text.table.whatNow}
      onKeyDown={(event) => event.repeat && event.key === 'Enter' && event.preventDefault()}
      onFocusIn={() => {
        hadFocus.current = true;
      }}
      onFocusOut={(event) => {
        // Without a next element it is the button that has gone, not the person.
        if (event.relatedTarget) hadFocus.current = false;
      }}
    >
      <div class="ask">
        {endsAt > 0 && <Ring until={endsAt} lastsMs={stepMs.value} urgent={now.mine} />}
        <div role="status">
          <p class="title">{title}</p>
          <p class="hint">{hint}</p>
          {now.collects && <p class="hint collects">{collectHints[now.collects.is](now.collects.card)}</p>}
        </div>
      </div>
      <div class="buttons" aria-busy={busy.value}>
        {now.others.map((action) => (
          <button
            key={action.label.is}
            type="button"
            class="button"
            aria-disabled={action.move === null}
            onClick={(event) => press(action, event)}
          >
            {actionLabel(action.label)}
          </button>
        ))}
        {now.primary && (
          <button
            type="button"
            class="button primary"
            aria-disabled={now.primary.move === null}
            onClick={(event) => now.primary && press(now.primary, event)}
          >
            {actionLabel(now.primary.label)}
          </button>
        )}
      </div>
      <p class="refusal" role="alert">
        {refusal.value && refusals[refusal.value]}
      </p>
    </section>
  );
}

/** A button that goes away with the move that it made leaves the focus to the bar, and the bar to the next button. */
function keepFocus(bar: HTMLElement | null, hadFocus: { current: boolean }): void {
  if (!bar || !hadFocus.current) return;
  const active = document.activeElement;
  if (active !== document.body && active !== bar) return;
  const next = bar.querySelector<HTMLElement>('.primary') ?? bar;
  if (next !== active) next.focus();
}
