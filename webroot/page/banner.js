// What is wrong now, above everything, and what still works.

import { html, nothing } from 'lit';
import * as icons from './icons.js';
import { store } from './store.js';
import { Part } from './part.js';

class Banner extends Part {
  static follows = true;

  render() {
    const health = store.health;
    return html`<div aria-live="assertive">
      ${store.link === 'lost' ? html`<div class="banner warn">${icons.warn}<p><strong>Connection lost.</strong>
        What you see may be old. The page goes on by itself when the manager can be reached; what you type is kept.</p></div>` : nothing}
      ${health?.operational_mode === 'read-only-fallback' ? html`<div class="banner bad">${icons.warn}<p><strong>Read-only fallback${health.event ? `: ${health.event}` : ''}.</strong>
        ${health.err ? html`${health.err}. ` : nothing}Settings can be read, and services go on getting them;
        changes and history wait until the database is well again. <a href="#/state">See the state</a></p></div>` : nothing}
      ${health?.operational_mode === 'rebuilding' ? html`<div class="banner warn">${icons.warn}<p><strong>The database is being rebuilt.</strong>
        Reading goes on; changes are refused until it is done. <a href="#/state">See how far it is</a></p></div>` : nothing}
    </div>`;
  }
}

customElements.define('hf-banner', Banner);
