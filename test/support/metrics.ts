/** What a server says of itself at `/metrics`: each series, such as `recall_rooms{phase="dealing"}`, with its value. */
export async function metricsOf(url: string, token?: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const lines = (await response.text()).split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** What is counted from now on. All servers of a test's process count as one. @returns how much more a series says there */
export async function rise(url: string): Promise<(url: string, series: string) => Promise<number>> {
  const before = await metricsOf(url);
  return async (there, series) => {
    const now = (await metricsOf(there)).get(series);
    if (now === undefined) throw new Error(`there is no ${series}`);
    return now - (before.get(series) ?? 0);
  };
}
