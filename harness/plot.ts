/** One of two pictures above each other: lines over the same time. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] }[];
}

interface PlotOptions {
  /** Of the horizontal axis. */
  readonly unit: string;
  /** Moments to be marked. */
  readonly marks: { readonly name: string; readonly at: readonly number[] };
}

const [width, panelHeight, left, right, top, between] = [860, 190, 56, 84, 56, 56];
/** Told apart by everybody, on white. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];

/** @returns an SVG */
export function plot(title: string, panels: readonly Panel[], { unit, marks }: PlotOptions): string {
  const longest = roundUp(Math.max(1, ...panels.flatMap(({ lines }) => lines.flatMap(xs))));
  const x = (value: number) => left + (value / longest) * (width - left - right);
  const height = top + panels.length * (panelHeight + between);
  const body = panels.flatMap((panel, i) => {
    const bottom = top + i * (panelHeight + between) + panelHeight;
    const highest = roundUp(Math.max(1e-9, ...panel.lines.flatMap(({ points }) => points.map(([, value]) => value))));
    const y = (value: number) => bottom - (value / highest) * panelHeight;
    return [
      text(left, bottom - panelHeight - 12, panel.title, 'font-weight="bold"'),
      ...quarters(highest).flatMap((value) => [
        `<line x1="${left}" x2="${width - right}" y1="${at(y(value))}" y2="${at(y(value))}" stroke="#ddd"/>`,
        text(left - 8, y(value) + 4, short(value), 'text-anchor="end"'),
      ]),
      ...quarters(longest).map((value) => text(x(value), bottom + 18, short(value), 'text-anchor="middle"')),
      ...marks.at.map(
        (moment) =>
          `<line x1="${at(x(moment))}" x2="${at(x(moment))}" y1="${bottom}" y2="${bottom - 8}" stroke="#888"/>`,
      ),
      ...panel.lines.flatMap(({ name, points }, n) => {
        const colour = colours[n % colours.length];
        const path = points.map(([when, value]) => `${at(x(when))},${at(y(value))}`).join(' ');
        const [, last = 0] = points.at(-1) ?? [];
        return [
          `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
          text(width - right + 8, y(last) + 4, name, `fill="${colour}"`),
        ];
      }),
    ];
  });
  const foot = `${unit}; each tick at the foot: ${marks.name}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(left, 24, title, 'font-size="14"'),
    ...body,
    text(width - right, height - 12, foot, 'text-anchor="end" fill="#666"'),
    '</svg>',
    '',
  ].join('\n');
}

const xs = ({ points }: Panel['lines'][number]): number[] => points.map(([value]) => value);
const at = (value: number): string => value.toFixed(1);
const short = (value: number): string => String(Number(value.toPrecision(3)));
const quarters = (most: number): number[] => [0, 0.25, 0.5, 0.75, 1].map((share) => share * most);

/** To a number that can be divided by four without many digits. */
function roundUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value));
  return ([1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((one) => one * step >= value) ?? 10) * step;
}

const escaped = (words: string): string => words.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${at(x)}" y="${at(y)}" ${attributes}>${escaped(words)}</text>`;
}
