// How long commits and publications take: by the manager's metrics, which it is given again and again.

import { html } from 'lit';
import { millis } from './format.js';
import { colour, plot } from './plot.js';
import { Part } from './part.js';

const SHOWN_SECONDS = 300;
const MOST = 200;

/** The samples of one metric: its value by its labels. */
export function samples(text, name) {
  const found = new Map();
  for (const line of text.split('\n')) {
    if (line.startsWith(name) && (line[name.length] === ' ' || line[name.length] === '{')) {
      const labels = line.slice(name.length, line.lastIndexOf(' '));
      found.set(labels, Number(line.slice(line.lastIndexOf(' ') + 1)));
    }
  }
  return found;
}

const sum = (map) => [...map.values()].reduce((a, b) => a + b, 0);

/** The value under which a share of what a histogram counted lies, in milliseconds; null for nothing. */
export function quantile(text, name, share) {
  const buckets = [...samples(text, `${name}_bucket`)]
    .map(([labels, count]) => [Number(/le="([^"]+)"/.exec(labels)[1].replace('+Inf', 'Infinity')), count])
    .sort(([a], [b]) => a - b);
  const all = buckets.at(-1)?.[1] ?? 0;
  const found = buckets.find(([, count]) => count >= all * share);
  return all === 0 || !Number.isFinite(found[0]) ? null : found[0] * 1_000;
}

class Latency extends Part {
  static properties = { name: {}, words: {}, text: {} };

  constructor() {
    super();
    this.points = [];
  }

  willUpdate(changed) {
    if (!changed.has('text')) {
      return;
    }
    const now = { at: Date.now() / 1_000, count: sum(samples(this.text, `${this.name}_count`)), total: sum(samples(this.text, `${this.name}_sum`)) };
    const last = this.points.at(-1);
    const some = last && now.count > last.count;
    this.points = [...this.points, { ...now, mean: some ? ((now.total - last.total) / (now.count - last.count)) * 1_000 : null }].slice(-MOST);
  }

  async updated(changed) {
    if (changed.has('text')) {
      await plot(this.querySelector('.plot'), [this.points.map((each) => each.at), this.points.map((each) => each.mean)], () => ({
        series: [{}, { stroke: colour('--accent'), width: 2, spanGaps: true, points: { show: true, size: 6, fill: colour('--accent') } }],
        scales: {
          x: { range: (_, low, high) => [high - SHOWN_SECONDS, high] },
          y: { range: (_, low, high) => [0, Math.max(1, (high ?? 1) * 1.2)] },
        },
        y: { values: (_, splits) => splits.map((each) => `${each} ms`) },
      }));
    }
  }

  render() {
    const last = this.points.at(-1);
    const words = !last || last.count === 0 ? 'none since the manager started'
      : `${last.count} since the manager started, ${millis((last.total / last.count) * 1_000)} on average`
        + (quantile(this.text, this.name, 0.5) !== null ? `, half within ${millis(quantile(this.text, this.name, 0.5))}, 99 of 100 within ${millis(quantile(this.text, this.name, 0.99))}` : '');
    return html`<figure class="card"><figcaption><h2>${this.words}</h2><p class="quiet">${words}</p></figcaption>
      <div class="plot" role="img" aria-label="${this.words} over the last five minutes: ${words}"></div></figure>`;
  }
}

customElements.define('hf-latency', Latency);
