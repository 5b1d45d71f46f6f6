// uPlot in the colours of the page. It is loaded when the first plot is drawn.

const HEIGHT = 150;
const SHORT = 2 * 86_400;
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

let loading = null;

async function uplot() {
  if (!loading) {
    const sheet = document.createElement('link');
    sheet.rel = 'stylesheet';
    sheet.href = '/lib/uplot/uPlot.min.css';
    document.head.append(sheet);
    loading = import('uplot');
  }
  return (await loading).default;
}

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Draws a plot into an element in the place of what stands there. */
export async function plot(element, data, options) {
  const UPlot = await uplot();
  const times = (_, splits) => splits.map((at) => (splits.at(-1) - splits[0] < SHORT ? CLOCK : DAY).format(at * 1_000));
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 } };
  element.replaceChildren();
  return new UPlot({
    width: Math.max(200, element.clientWidth),
    height: HEIGHT,
    cursor: { show: false },
    legend: { show: false },
    ...options(UPlot),
    axes: [{ ...axis, values: times }, { ...axis, size: 60, ...options(UPlot).y }],
  }, data, element);
}
