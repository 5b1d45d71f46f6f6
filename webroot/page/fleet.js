// Which instance runs which version, as far as they say.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { agoSeconds, plural } from './format.js';
import { link } from './route.js';
import { store } from './store.js';
import { Part } from './part.js';

const MOST = 500;
const SILENT_SECONDS = 300;

function standing(each) {
  if (each.silent_seconds >= SILENT_SECONDS) {
    return ['silent', 'silent'];
  }
  if (!each.applied) {
    return ['refused', 'bad'];
  }
  return each.behind_by === 0 ? ['newest', 'good'] : ['behind', 'warn'];
}

class Fleet extends Part {
  static follows = true;
  static properties = { service: {}, only: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    store.loadFleet().catch(() => {});
  }

  row(each) {
    const [words, kind] = standing(each);
    return html`
      <tr>
        ${this.service ? nothing : html`<td><a href=${link('services', each.service, 'fleet')}>${each.service}</a></td>`}
        <th scope="row">${each.instance}</th>
        <td class="wide"><span class="badge ${kind}">${words}</span> ${each.reason ?? nothing}</td>
        <td class="number">${each.version}</td>
        <td class="number">${each.behind_by === null ? 'unknown' : each.behind_by}</td>
        <td>${agoSeconds(each.silent_seconds)}</td>
      </tr>`;
  }

  render() {
    const all = store.fleet.instances.filter((each) => !this.service || each.service === this.service);
    const counts = new Map();
    all.forEach((each) => counts.set(standing(each)[0], (counts.get(standing(each)[0]) ?? 0) + 1));
    const seen = all.filter((each) => !this.only || standing(each)[0] === this.only);
    return html`
      <div class="pad">
        ${this.service ? html`<h2>Instances</h2>` : html`<h1>Fleet</h1>`}
        <p class="quiet">What the instances say of themselves: a report, not a proof. Each repeats its report every minute.</p>
        ${all.length === 0 ? html`<p class="note">No instance has reported yet. Clients report over MQTT or the event bus by themselves.</p>` : html`
        <div class="tools" role="group" aria-label="Show only">
          <button class=${this.only ? 'plain' : 'chosen'} aria-pressed=${this.only ? 'false' : 'true'} @click=${() => { this.only = null; }}>all ${all.length}</button>
          ${[...counts].map(([words, number]) => html`<button class=${this.only === words ? 'chosen' : 'plain'} aria-pressed=${this.only === words ? 'true' : 'false'}
            @click=${() => { this.only = words; }}>${words} ${number}</button>`)}
        </div>
        <div class="scroll" tabindex="0" role="region" aria-label="Instances">
        <table class="wide-table">
          <caption class="hidden">${plural(seen.length, 'instance')}</caption>
          <thead><tr>${this.service ? nothing : html`<th scope="col">Service</th>`}<th scope="col">Instance</th><th scope="col">State, and why</th>
            <th scope="col" class="number">Version</th><th scope="col" class="number">Behind by</th><th scope="col">Heard</th></tr></thead>
          <tbody>${repeat(seen.slice(0, MOST), (each) => `${each.service}/${each.instance}`, (each) => this.row(each))}</tbody>
        </table></div>
        ${seen.length > MOST ? html`<p class="quiet">The first ${MOST} of ${seen.length} are shown: choose a state, or a service.</p>` : nothing}`}
      </div>`;
  }
}

customElements.define('hf-fleet', Fleet);
