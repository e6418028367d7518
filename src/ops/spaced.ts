/**
 * For what costs as much for many as for one: it is done in the next turn of the event loop, and not sooner than some time
 * after the last time. So what comes alone waits for nothing, and what comes often is done together.
 * @param apartMs ms; far below what anybody notices
 * @returns has it done, however often that is called until it is
 */
export function spaced(run: () => void, apartMs: number): () => void {
  let begunAt = Number.NEGATIVE_INFINITY;
  let isDue = false;
  const begin = () => {
    isDue = false;
    begunAt = performance.now();
    run();
  };
  return () => {
    if (isDue) return;
    isDue = true;
    const waitMs = begunAt + apartMs - performance.now();
    if (waitMs > 0) setTimeout(begin, waitMs);
    else setImmediate(begin);
  };
}
