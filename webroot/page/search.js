// Finding a setting among all services, as one types.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { call } from './api.js';
import { plural, shown } from './format.js';
import { here, link, replace } from './route.js';
import { store } from './store.js';
import { Part } from './part.js';

const WAIT_MILLIS = 80;
const MOST = 200;
const TYPES = ['string', 'integer', 'float', 'boolean', 'enum', 'path', 'secret'];

class Search extends Part {
  static follows = true;
  static properties = { found: { state: true }, fault: { state: true }, busy: { state: true } };

  #moved = () => this.later();
  #abort = null;

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', this.#moved);
    this.later();
  }

  disconnectedCallback() {
    removeEventListener('hashchange', this.#moved);
    clearTimeout(this.timer);
    this.#abort?.abort();
    super.disconnectedCallback();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MILLIS);
  }

  async ask() {
    const { parts, query } = here();
    const text = query.get('q') ?? '';
    if (parts[0] !== 'search') {
      return;
    }
    this.#abort?.abort();
    if (!text) {
      this.found = null;
      return;
    }
    this.#abort = new AbortController();
    this.busy = true;
    const filters = ['service', 'complexity', 'type'].filter((each) => query.get(each)).map((each) => [`${each}_filter`, query.get(each)]);
    try {
      this.found = await call('POST', '/search', { query: text, max_results: MOST, ...Object.fromEntries(filters) }, this.#abort.signal);
      this.fault = null;
      this.busy = false;
    } catch (failure) {
      if (failure.name !== 'AbortError') {
        this.fault = failure.message;
        this.busy = false;
      }
    }
  }

  filter(name, value) {
    const { query } = here();
    if (value) {
      query.set(name, value);
    } else {
      query.delete(name);
    }
    replace(`#/search?${query}`);
  }

  select(name, words, values) {
    const chosen = here().query.get(name) ?? '';
    return html`<span class="filter-by"><label for="by-${name}">${words}</label>
      <select id="by-${name}" @change=${(event) => this.filter(name, event.target.value)}>
      <option value="" ?selected=${chosen === ''}>any</option>
      ${values.map((each) => html`<option value=${each} ?selected=${chosen === each}>${each}</option>`)}</select></span>`;
  }

  hit(each) {
    return html`
      <li><a class="hit" href="${link('services', each.service)}?key=${encodeURIComponent(each.key)}">
        <span><span class="quiet">${each.service} /</span> <strong>${each.key}</strong>
          <span class="badge">${each.type}</span> ${each.complexity === 'advanced' ? html`<span class="badge">advanced</span>` : nothing}</span>
        <code class="value">${each.is_secret ? 'secret' : shown(each.value)}</code>
        <span class="quiet about">${each.description}</span>
      </a></li>`;
  }

  render() {
    const text = here().query.get('q') ?? '';
    return html`
      <div class="pad">
        <h1>Search</h1>
        <div class="tools">
          ${this.select('service', 'Service', store.names)}
          ${this.select('complexity', 'Complexity', ['simple', 'advanced'])}
          ${this.select('type', 'Type', TYPES)}
        </div>
        <p class="quiet" role="status">${!text ? 'Type what you look for: a name, a part of one, a word of its description.'
          : this.fault ? html`<span class="bad-text">${this.fault}</span>`
          : this.found ? `${plural(this.found.total_count, 'setting')} found${this.found.total_count > MOST ? `, the best ${MOST} shown` : ''}` : 'Searching …'}</p>
        <ul class="hits">${repeat(text ? this.found?.results ?? [] : [], (each) => `${each.service}/${each.key}`, (each) => this.hit(each))}</ul>
      </div>`;
  }
}

customElements.define('hf-search', Search);
