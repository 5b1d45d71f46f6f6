// A secret: masked, set, replaced, removed, and shown for half a minute to who says why.

import { html, nothing } from 'lit';
import { call, query } from './api.js';
import { open } from './dialog.js';
import { MASK } from './format.js';
import { store } from './store.js';
import { Part, attempt } from './part.js';

const SHOWN_SECONDS = 30;

class Secret extends Part {
  static properties = { service: {}, field: {}, value: {}, locked: {}, labelledby: {}, clear: { state: true }, left: { state: true } };

  disconnectedCallback() {
    this.hide();
    super.disconnectedCallback();
  }

  get path() {
    return `/services/${this.service}/secrets/${this.field.key}`;
  }

  async put() {
    const key = this.field.key;
    const given = await open(this.value === MASK ? `Replace ${key}` : `Set ${key}`, (done) => html`
      <form @submit=${(event) => {
        event.preventDefault();
        done({ value: event.target.elements.value.value, reason: event.target.elements.reason.value.trim() });
      }}>
        <label for="secret-value">Value</label>
        <input id="secret-value" name="value" type="password" autocomplete="new-password" required autofocus spellcheck="false">
        <label for="secret-reason">Reason <span class="quiet">(kept in the history; never the value)</span></label>
        <input id="secret-reason" name="reason" type="text" maxlength="500" autocomplete="off">
        <div class="actions">
          <button type="button" @click=${() => done()}>Cancel</button>
          <button class="primary">${this.value === MASK ? 'Replace' : 'Set'}</button>
        </div>
      </form>`);
    if (given) {
      await this.change('PUT', this.path, { value: given.value, ...(given.reason ? { reason: given.reason } : {}) }, `${key} is set`);
    }
  }

  async remove() {
    const key = this.field.key;
    const given = await open(`Remove ${key}?`, (done) => html`
      <form @submit=${(event) => {
        event.preventDefault();
        done({ reason: event.target.elements.reason.value.trim() });
      }}>
        <p>${this.service} will be without this secret. It cannot be brought back by undoing.</p>
        <label for="secret-reason">Reason</label>
        <input id="secret-reason" name="reason" type="text" maxlength="500" autocomplete="off" autofocus>
        <div class="actions">
          <button type="button" @click=${() => done()}>Cancel</button>
          <button class="danger">Remove</button>
        </div>
      </form>`);
    if (given) {
      await this.change('DELETE', this.path + query(given), undefined, `${key} is removed`);
    }
  }

  async change(method, path, body, words) {
    this.hide();
    if (await attempt(() => call(method, path, body))) {
      store.say(words);
      await attempt(() => store.refresh(this.service));
    }
  }

  async reveal() {
    const given = await open(`Show ${this.field.key}`, (done) => html`
      <form @submit=${(event) => {
        event.preventDefault();
        done({ reason: event.target.elements.reason.value.trim() });
      }}>
        <p>Who looked and why stands in the access log.</p>
        <label for="secret-reason">Reason</label>
        <input id="secret-reason" name="reason" type="text" required maxlength="500" pattern=".*\\S.*" autocomplete="off" autofocus>
        <div class="actions">
          <button type="button" @click=${() => done()}>Cancel</button>
          <button class="primary">Show for ${SHOWN_SECONDS} seconds</button>
        </div>
      </form>`);
    const answer = given && await attempt(() => call('POST', `${this.path}/reveal`, given));
    if (answer && this.isConnected) {
      this.clear = answer.value;
      this.left = SHOWN_SECONDS;
      this.timer = setInterval(() => {
        this.left -= 1;
        if (this.left <= 0) {
          this.hide();
        }
      }, 1_000);
    }
  }

  hide() {
    clearInterval(this.timer);
    this.clear = undefined;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.clear);
      store.say(`${this.field.key} is in the clipboard`);
    } catch {
      store.say('The browser does not let this page write to the clipboard', 'bad');
    }
  }

  render() {
    const set = this.value === MASK;
    const key = this.field.key;
    if (this.clear !== undefined) {
      return html`
        <output class="held secret" aria-labelledby=${this.labelledby}>${this.clear}</output>
        <p class="under"><span class="hint">Hidden again in ${this.left} s</span>
          <button class="plain" @click=${this.copy} aria-label="Copy ${key}">Copy</button>
          <button class="plain" @click=${this.hide} aria-label="Hide ${key}">Hide</button></p>`;
    }
    const held = this.field.source === 'env';
    const off = this.locked !== null && this.locked !== undefined;
    return html`
      <output class="held secret" aria-labelledby=${this.labelledby}>${set ? MASK : 'not set'}</output>
      ${held ? html`<p class="hint">Read-only: the environment variable <code>${this.field.env_var}</code> of the manager holds it.</p>` : nothing}
      <p class="under">
        ${held ? nothing : html`<button @click=${this.put} ?disabled=${off} title=${this.locked ?? ''} aria-label="${set ? 'Replace' : 'Set'} ${key}">${set ? 'Replace …' : 'Set …'}</button>`}
        ${set ? html`<button @click=${this.reveal} ?disabled=${off} title=${this.locked ?? ''} aria-label="Reveal ${key}">Reveal …</button>` : nothing}
        ${set && !held ? html`<button @click=${this.remove} ?disabled=${off} title=${this.locked ?? ''} aria-label="Remove ${key}">Remove …</button>` : nothing}
      </p>`;
  }
}

customElements.define('hf-secret', Secret);
