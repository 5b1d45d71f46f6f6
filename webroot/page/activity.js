// How many changes there were over time, as a small plot and in words.

import { html } from 'lit';
import { plural } from './format.js';
import { colour, plot } from './plot.js';
import { Part } from './part.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const BARS = 30;

/** Counts by hour where all is of the last two days, else by day. */
export function counts(times, now) {
  const first = times.length === 0 ? now : Math.min(...times);
  const step = now - first < 2 * DAY ? HOUR : DAY;
  const last = Math.floor(now / step) * step;
  const xs = Array.from({ length: BARS }, (_, i) => last - (BARS - 1 - i) * step);
  const ys = xs.map((x) => times.filter((t) => t >= x && t < x + step).length);
  return { xs, ys, unit: step === HOUR ? 'hour' : 'day' };
}

class Activity extends Part {
  static properties = { entries: {}, words: { state: true } };

  willUpdate() {
    const { ys, unit } = this.data();
    const most = Math.max(...ys);
    this.words = `${plural(ys.reduce((a, b) => a + b, 0), 'changed setting')} in the last ${BARS} ${unit}s, at most ${most} in one`;
  }

  data() {
    return counts(this.entries.map((each) => new Date(each.changed_at).getTime() / 1_000), Date.now() / 1_000);
  }

  async updated(changed) {
    if (changed.has('entries')) {
      const { xs, ys } = this.data();
      await plot(this.querySelector('.plot'), [xs, ys], (UPlot) => ({
        series: [{}, { fill: colour('--accent'), stroke: colour('--accent'), paths: UPlot.paths.bars({ size: [0.7, 40] }), points: { show: false } }],
        scales: { y: { range: (_, low, high) => [0, Math.max(3, high)] } },
        y: { values: (_, splits) => splits.map((each) => (Number.isInteger(each) ? each : '')) },
      }));
    }
  }

  render() {
    return html`<figure class="activity"><div class="plot" role="img" aria-label=${this.words}></div>
      <figcaption class="quiet">${this.words}</figcaption></figure>`;
  }
}

customElements.define('hf-activity', Activity);
