import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { secondsLeft, serverNow } from '../state/serverTime.ts';

/** The time that is left: a ring that runs out with it, and the seconds. */

const ticks = signal(0);
const tickMs = 250;

/**
 * @param until server time, ms
 * @param lastsMs how long the whole step takes
 */
export function Ring({ until, lastsMs, urgent }: { until: number; lastsMs: number; urgent: boolean }) {
  useEffect(() => {
    const timer = setInterval(() => {
      ticks.value++;
    }, tickMs);
    return () => clearInterval(timer);
  }, []);

  ticks.value;
  const leftMs = Math.max(0, until - serverNow());
  // Set once for each step: the animation goes on by itself, and a later delay would count the time twice.
  const run = useMemo(() => {
    const total = Math.max(lastsMs, until - serverNow(), 1);
    return { animationDuration: `${total}ms`, animationDelay: `${until - serverNow() - total}ms` };
  }, [until, lastsMs]);
  const soon = leftMs < 5000 && urgent;
  return (
    <span class={`ring${soon ? ' soon' : ''}${urgent ? ' mine' : ''}`} aria-hidden="true">
      <svg viewBox="0 0 36 36" aria-hidden="true">
        <circle class="track" cx="18" cy="18" r="15.5" />
        <circle key={`${until} ${lastsMs}`} class="left" cx="18" cy="18" r="15.5" pathLength={1} style={run} />
      </svg>
      <span class="seconds">{secondsLeft(leftMs, lastsMs)}</span>
    </span>
  );
}
