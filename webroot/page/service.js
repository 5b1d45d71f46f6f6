// One service: its settings, its history, its instances.

import { html, nothing } from 'lit';
import { ago, plural, time } from './format.js';
import { link } from './route.js';
import { store } from './store.js';
import { Part } from './part.js';
import { healthDot } from './side.js';
import './settings.js';

const TABS = [['settings', 'Settings'], ['history', 'History'], ['fleet', 'Fleet']];

class Service extends Part {
  static follows = true;
  static properties = { name: {}, tab: {} };

  willUpdate(changed) {
    if (changed.has('tab') && this.tab !== 'settings') {
      import(`./${this.tab === 'fleet' ? 'fleet' : 'history'}.js`);
    }
  }

  body() {
    switch (this.tab) {
      case 'history': return html`<hf-history .service=${this.name}></hf-history>`;
      case 'fleet': return html`<hf-fleet .service=${this.name}></hf-fleet>`;
      default: return html`<hf-settings .name=${this.name}></hf-settings>`;
    }
  }

  render() {
    const doc = store.services.get(this.name);
    if (!doc) {
      return html`<div class="pad"><h1>${this.name}</h1>
        <p class="quiet" role="status">${!store.loaded ? 'Loading …' : 'There is no such service, or this token may not see it.'}</p></div>`;
    }
    const { all, current, refused } = store.standing(this.name);
    const health = store.healthOf(this.name);
    return html`
      <div class="service-head pad">
        <h1>${healthDot(this.name)} ${this.name}</h1>
        <p class="quiet">${plural(doc.fields.length, 'setting')} · version ${doc.version} ·
          changed <time datetime=${doc.updated_at} title=${time(doc.updated_at)}>${ago(doc.updated_at)}</time>${all === 0 ? nothing : html` ·
          ${current} of ${all} instances on the newest version${refused ? html`, <strong class="bad-text">${refused} refused</strong>` : nothing}`}</p>
        ${health && !health.ok ? html`<p class="fault">It says it is unwell: ${[health.event, health.err].filter(Boolean).join(', ') || 'no cause given'}</p>` : nothing}
        <nav class="tabs" aria-label="Of ${this.name}">
          ${TABS.map(([tab, words]) => html`<a href=${link('services', this.name, ...(tab === 'settings' ? [] : [tab]))}
            aria-current=${this.tab === tab ? 'page' : nothing}>${words}</a>`)}
        </nav>
      </div>
      ${this.body()}`;
  }
}

customElements.define('hf-service', Service);
