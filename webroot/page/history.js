// What was changed, when, by whom and why; and how to undo it.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import * as api from './api.js';
import { open } from './dialog.js';
import { ago, plural, shown, time } from './format.js';
import { link } from './route.js';
import { store } from './store.js';
import { Part, attempt } from './part.js';
import './activity.js';

const PAGE = 100;

/** Entries of one change stand together: the same service, moment, author and reason. */
function changes(entries) {
  const found = [];
  for (const entry of entries) {
    const last = found.at(-1);
    if (last && ['service', 'changed_at', 'changed_by', 'change_reason'].every((each) => last[0][each] === entry[each])) {
      last.push(entry);
    } else {
      found.push([entry]);
    }
  }
  return found;
}

const isSecret = (entry) => store.services.get(entry.service)?.fields.some((field) => field.key === entry.key && field.is_secret) ?? false;

class History extends Part {
  static follows = true;
  static properties = {
    service: {}, filters: { state: true }, entries: { state: true }, more: { state: true }, chosen: { state: true }, fault: { state: true },
  };

  #abort = null;
  #seen = null;

  constructor() {
    super();
    this.filters = {};
    this.entries = null;
    this.chosen = new Set();
  }

  willUpdate(changed) {
    if (!this.hasUpdated || changed.has('service')) {
      this.load();
    }
    // A change that came meanwhile belongs on top.
    const versions = [...store.services.values()].filter((doc) => !this.service || doc.service === this.service).map((doc) => doc.version).join();
    if (this.#seen !== null && this.#seen !== versions) {
      this.load();
    }
    this.#seen = versions;
  }

  query(before) {
    const { service, key, from, to } = this.filters;
    const day = (text, add) => {
      const date = new Date(`${text}T00:00:00`);
      date.setDate(date.getDate() + add);
      return date.toISOString();
    };
    return {
      service: this.service ?? service, key, limit: PAGE, before,
      start_date: from && day(from, 0), end_date: to && day(to, 1),
    };
  }

  async load(before) {
    this.#abort?.abort();
    this.#abort = new AbortController();
    try {
      const page = await api.history(this.query(before), this.#abort.signal);
      this.entries = before ? [...this.entries, ...page.entries] : page.entries;
      this.more = page.entries.length === PAGE;
      this.fault = null;
    } catch (failure) {
      if (failure.name !== 'AbortError') {
        this.fault = failure.message;
        this.entries ??= [];
      }
    }
  }

  filter(name, value) {
    this.filters = { ...this.filters, [name]: value };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), 150);
  }

  choose(entry, on) {
    const chosen = new Set([...this.chosen].filter((id) => this.entries.some((each) => each.id === id && each.service === entry.service)));
    if (on) {
      chosen.add(entry.id);
    } else {
      chosen.delete(entry.id);
    }
    this.chosen = chosen;
  }

  /** What restoring the chosen entries would do: of several about one key the oldest counts. */
  preview() {
    const by = new Map();
    this.entries.filter((each) => this.chosen.has(each.id)).forEach((each) => by.set(each.key, each));
    const service = [...by.values()][0].service;
    const config = store.services.get(service)?.config ?? {};
    return { service, rows: [...by.values()].map((each) => ({ key: each.key, now: config[each.key], then: each.old_value })) };
  }

  async restore() {
    const { service, rows } = this.preview();
    const agreed = await open(`Restore ${plural(rows.length, 'setting')} of ${service}?`, (done) => html`
      <p>Each goes back to what it was before the chosen change. That is a change like any other, and can be undone in turn.</p>
      <table class="diff">
        <thead><tr><th scope="col">Setting</th><th scope="col">Now</th><th scope="col">Will be</th></tr></thead>
        <tbody>${rows.map((row) => html`<tr><th scope="row">${row.key}</th><td><del>${shown(row.now)}</del></td><td><ins>${shown(row.then)}</ins></td></tr>`)}</tbody>
      </table>
      <div class="actions"><button @click=${() => done(false)} autofocus>Cancel</button>
        <button class="primary" @click=${() => done(true)}>Restore</button></div>`);
    const answer = agreed && await attempt(() => api.call('POST', '/history/restore', { service, history_entries: [...this.chosen] }));
    if (answer) {
      this.chosen = new Set();
      store.own(service, answer.new_version, answer.keys_restored);
      store.say(`Restored: ${answer.keys_restored.join(', ') || 'nothing had to change'}; ${service} is at version ${answer.new_version}`);
      await attempt(() => store.refresh(service));
      await this.load();
    }
  }

  select(name, words, values) {
    return html`<span class="filter-by"><label for="by-${name}">${words}</label>
      <select id="by-${name}" @change=${(event) => this.filter(name, event.target.value)}>
        <option value="">any</option>${values.map((each) => html`<option value=${each}>${each}</option>`)}</select></span>`;
  }

  field(name, words, type) {
    return html`<span class="filter-by"><label for="by-${name}">${words}</label>
      <input id="by-${name}" type=${type} spellcheck="false" placeholder="any" pattern=${type === 'text' ? '[a-z][a-z0-9_.]*' : nothing}
        @input=${(event) => event.target.validity.valid && this.filter(name, event.target.value)}></span>`;
  }

  entry(entry) {
    const secret = isSecret(entry);
    const off = secret || !store.mayWrite;
    const why = secret ? 'Secrets are never brought back' : store.mayWrite ? `Choose ${entry.key} for restoring` : 'You may not change settings';
    return html`<li>
      <label title=${why}><input type="checkbox" aria-label="${why}, entry ${entry.id}" ?disabled=${off} .checked=${this.chosen.has(entry.id)}
        @change=${(event) => this.choose(entry, event.target.checked)}></label>
      <a href="${link('services', entry.service)}?key=${encodeURIComponent(entry.key)}"><strong>${entry.key}</strong></a>
      <span class="step"><del>${shown(entry.old_value)}</del> <span aria-label="became">→</span> <ins>${shown(entry.new_value)}</ins></span></li>`;
  }

  change(entries) {
    const [first] = entries;
    return html`<li class="change">
      <p><time datetime=${first.changed_at} title=${ago(first.changed_at)}>${time(first.changed_at)}</time>
        <strong>${first.changed_by}</strong> ${this.service ? nothing : html`in <a href=${link('services', first.service, 'history')}>${first.service}</a>`}
        ${first.change_reason ? html`<q>${first.change_reason}</q>` : html`<span class="quiet">no reason given</span>`}</p>
      <ul>${entries.map((entry) => this.entry(entry))}</ul></li>`;
  }

  render() {
    const keys = this.service ? store.services.get(this.service)?.fields.map((field) => field.key) ?? [] : [];
    return html`
      <div class="pad history">
        ${this.service ? html`<h2>History</h2>` : html`<h1>History</h1>`}
        <hf-activity .entries=${this.entries ?? []}></hf-activity>
        <div class="tools">
          ${this.service ? nothing : this.select('service', 'Service', store.names)}
          ${this.service ? this.select('key', 'Setting', keys) : this.field('key', 'Setting', 'text')}
          ${this.field('from', 'From', 'date')}
          ${this.field('to', 'To', 'date')}
          <button class="primary" ?disabled=${this.chosen.size === 0} @click=${this.restore}>Restore selected …</button>
        </div>
        ${this.fault ? html`<p class="fault" role="alert">${this.fault}</p>` : nothing}
        ${this.entries === null ? html`<p class="quiet" role="status">Loading …</p>` : nothing}
        ${this.entries?.length === 0 && !this.fault ? html`<p class="note">Nothing was changed ${Object.values(this.filters).some(Boolean) ? 'that these filters let through' : 'yet'}.</p>` : nothing}
        <ol class="timeline">${repeat(changes(this.entries ?? []), (entries) => entries[0].id, (entries) => this.change(entries))}</ol>
        ${this.more ? html`<button @click=${() => this.load(this.entries.at(-1).id)}>Older changes</button>` : nothing}
      </div>`;
  }
}

customElements.define('hf-history', History);
