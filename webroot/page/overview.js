// All services at one look.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ago, plural, time } from './format.js';
import { link } from './route.js';
import { store } from './store.js';
import { Part } from './part.js';
import { healthDot } from './side.js';

class Overview extends Part {
  static follows = true;

  card(name) {
    const doc = store.services.get(name);
    const { all, current, refused } = store.standing(name);
    const set = doc.fields.filter((field) => field.source === 'database').length;
    return html`
      <li class="card service-card">
        <h2>${healthDot(name)} <a href=${link('services', name)}>${name}</a></h2>
        <p>${plural(doc.fields.length, 'setting')}, ${set === 0 ? 'all as by default' : `${set} changed`}</p>
        <p class="quiet">Version ${doc.version}, <time datetime=${doc.updated_at} title=${time(doc.updated_at)}>${ago(doc.updated_at)}</time></p>
        ${all === 0 ? html`<p class="quiet">No instance has reported</p>` : html`
          <p><progress max=${all} value=${current} aria-label="Instances on the newest version"></progress>
          ${current} of ${all} on the newest version${refused ? html`, <strong class="bad-text">${refused} refused</strong>` : nothing}</p>`}
      </li>`;
  }

  render() {
    const changed = [...store.services.values()].reduce((sum, doc) => sum + doc.fields.length, 0);
    return html`
      <div class="pad">
        <h1>Services</h1>
        <p class="quiet">${plural(store.names.length, 'service')}, ${plural(changed, 'setting')}. Press <kbd>/</kbd> to search them.</p>
        <ul class="cards">${repeat(store.names, (name) => name, (name) => this.card(name))}</ul>
        ${store.loaded ? nothing : html`<p class="quiet" role="status">Loading …</p>`}
        ${store.loaded && store.names.length === 0 ? html`<p class="quiet">There are no services yet that this token may see.</p>` : nothing}
      </div>`;
  }
}

customElements.define('hf-overview', Overview);
