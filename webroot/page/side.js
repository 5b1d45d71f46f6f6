// The services at the side, and the views over all of them.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import * as icons from './icons.js';
import { here, link } from './route.js';
import { store } from './store.js';
import { Part } from './part.js';

/** How a service says it is, as a dot and in words. */
export function healthDot(name) {
  const health = store.healthOf(name);
  if (!health) {
    return html`<i class="dot none" title="says nothing of its health"></i>`;
  }
  const words = health.ok ? 'healthy' : `unwell: ${[health.event, health.err].filter(Boolean).join(', ') || 'no cause given'}`;
  return html`<i class="dot ${health.ok ? 'good' : 'bad'}" title=${words}></i><span class="hidden">${health.ok ? 'healthy' : 'unwell'}</span>`;
}

/** How many instances run the newest version. */
export function fleetState(name) {
  const { all, current, refused } = store.standing(name);
  if (all === 0) {
    return nothing;
  }
  return html`<span class="count ${refused ? 'bad' : current < all ? 'warn' : ''}"
    title="${current} of ${all} instances on the newest version${refused ? `, ${refused} refused it` : ''}">${current}/${all}</span>`;
}

const VIEWS = [
  ['', 'Overview', icons.home],
  ['history', 'History', icons.clock],
  ['fleet', 'Fleet', icons.fleet],
  ['shared', 'Shared settings', icons.shared],
  ['state', 'State', icons.cog],
];

class Side extends Part {
  static follows = true;

  service(name) {
    const now = here().parts[1] === name;
    return html`
      <li><a href=${link('services', name)} aria-current=${now ? 'page' : nothing}>
        ${healthDot(name)} <span class="name">${name}</span>
        ${store.draft(name) ? html`<span class="unsaved" title="changes that were not saved"><span class="hidden">not saved</span></span>` : nothing}
        ${fleetState(name)}
      </a></li>`;
  }

  render() {
    const first = here().parts[0] ?? '';
    return html`
      <nav class="side" aria-label="Services and views">
        <ul class="views">
          ${VIEWS.map(([path, words, icon]) => html`
            <li><a href=${link(path)} aria-current=${first === path ? 'page' : nothing}>${icon} <span class="name">${words}</span></a></li>`)}
        </ul>
        <h2 id="side-services">Services</h2>
        <ul class="services" aria-labelledby="side-services">
          ${repeat(store.names, (name) => name, (name) => this.service(name))}
        </ul>
      </nav>`;
  }
}

customElements.define('hf-side', Side);
