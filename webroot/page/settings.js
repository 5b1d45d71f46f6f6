// The settings of one service, and what was typed and waits to be saved.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import * as api from './api.js';
import { plural } from './format.js';
import { here } from './route.js';
import { store } from './store.js';
import { Part, attempt } from './part.js';
import { ask } from './dialog.js';
import { review } from './review.js';
import { choose } from './conflict.js';
import './setting.js';

const REMEMBERED = 'holdfast.advanced';

class Settings extends Part {
  static follows = true;
  static properties = { name: {}, filter: { state: true }, advanced: { state: true }, busy: { state: true } };

  #target = null;
  #jump = () => this.jump();

  constructor() {
    super();
    this.filter = '';
    this.advanced = localStorage.getItem(REMEMBERED) === 'true';
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', this.#jump);
    this.jump();
  }

  disconnectedCallback() {
    removeEventListener('hashchange', this.#jump);
    super.disconnectedCallback();
  }

  /** Goes to the setting that the address names, whether or not it is shown usually. */
  async jump() {
    this.#target = here().query.get('key');
    if (this.#target) {
      this.filter = '';
      this.requestUpdate();
      await this.updateComplete;
      this.querySelector('.target')?.closest('hf-setting')?.show();
    }
  }

  toggle(event) {
    this.advanced = event.target.checked;
    localStorage.setItem(REMEMBERED, String(this.advanced));
  }

  seen(field) {
    const text = this.filter.toLowerCase();
    const wanted = this.advanced || field.complexity === 'simple' || field.key === this.#target
      || store.draft(this.name)?.edits.has(field.key);
    return wanted && (!text || field.key.includes(text) || (field.description ?? '').toLowerCase().includes(text));
  }

  async save() {
    const draft = store.draft(this.name);
    if (!draft || this.busy) {
      return;
    }
    if (draft.theirs) {
      await this.resolve(draft.theirs);
      return;
    }
    const agreed = await review(this.name, draft);
    if (!agreed) {
      return;
    }
    this.busy = true;
    try {
      const answer = await api.patch(this.name, draft.base.version, draft.patch, { reason: agreed.reason });
      store.own(this.name, answer.version, draft.edits.keys());
      store.drafts.delete(this.name);
      store.say(`Saved: ${this.name} is at version ${answer.version}`);
      await store.refresh(this.name);
      setTimeout(() => store.loadFleet().catch(() => {}), 1_000);
    } catch (failure) {
      await this.refused(draft, failure);
    }
    this.busy = false;
  }

  async refused(draft, failure) {
    if (failure.status === 409) {
      const doc = await attempt(() => api.service(this.name));
      if (doc) {
        await this.resolve(doc);
      }
    } else if (failure.status === 422) {
      draft.errors = failure.fields;
      store.say(failure.message, 'bad');
    } else if (failure.status !== 401) {
      store.say(`Not saved: ${failure.message}. What you typed is kept.`, 'bad');
    }
    store.changed();
  }

  /** Shows mine and theirs; whoever chose goes on to what will be saved. */
  async resolve(theirs) {
    const givenUp = await choose(this.name, store.draft(this.name), theirs);
    store.put(theirs);
    if (givenUp && store.draft(this.name)) {
      store.edit(this.name, (each) => {
        each.rebase(theirs, givenUp);
        each.meet(store.services.get(this.name)); // It may have moved on while one was choosing.
      });
      if (store.draft(this.name)) {
        this.busy = false;
        await this.save();
      }
    }
  }

  async discard() {
    const number = store.draft(this.name).edits.size;
    if (await ask('Discard what you typed?', `${plural(number, 'change')} to ${this.name} will be lost.`, 'Discard')) {
      store.discard(this.name);
    }
  }

  row(field, doc, draft) {
    return html`<hf-setting
      .service=${this.name} .field=${field} .value=${doc.config[field.key]} .edit=${draft?.edits.get(field.key)}
      .error=${draft?.errors.get(field.key)} .mark=${store.marks.get(`${this.name}/${field.key}`)}
      .theirs=${draft?.theirs && draft.edits.has(field.key) ? draft.theirs.config[field.key] : undefined}
      .locked=${store.mayWrite ? null : store.locked} .target=${field.key === this.#target}></hf-setting>`;
  }

  group(title, fields, doc, draft) {
    return fields.length === 0 ? nothing : html`
      <section class="group" aria-label="${title} settings">
        <h2>${title} <span class="quiet">${fields.length}</span></h2>
        ${repeat(fields, (field) => field.key, (field) => this.row(field, doc, draft))}
      </section>`;
  }

  bar(draft) {
    const wrong = [...draft.errors.keys()].filter((key) => draft.edits.has(key)).length;
    const stopped = store.mayWrite ? store.locked : null;
    return html`
      <div class="save-bar" role="region" aria-label="Changes that were not saved">
        <p role="status"><strong>${plural(draft.edits.size, 'change')}</strong> not saved${wrong ? html`, <strong class="bad-text">${wrong} not valid</strong>` : nothing}.
          ${draft.problem ? html`<span class="bad-text">${draft.problem}</span>` : nothing}
          ${stopped ? html`<span class="bad-text">${stopped}</span>` : nothing}
          ${draft.theirs ? html`<span class="bad-text">Somebody else changed the same settings.</span>` : nothing}</p>
        <button @click=${this.discard}>Discard</button>
        <button class="primary" ?disabled=${this.busy || wrong > 0 || stopped !== null} @click=${this.save}>
          ${this.busy ? 'Saving …' : draft.theirs ? 'Compare …' : 'Review and save …'}</button>
      </div>`;
  }

  render() {
    const doc = store.services.get(this.name);
    if (!doc) {
      return nothing; // It was deleted this moment, and its part goes with it.
    }
    const draft = store.draft(this.name);
    const seen = doc.fields.filter((field) => this.seen(field));
    const simple = seen.filter((field) => field.complexity === 'simple');
    const advanced = seen.filter((field) => field.complexity !== 'simple');
    const hidden = this.filter ? 0 : doc.fields.length - seen.length;
    return html`
      <div class="settings pad">
        ${store.mayWrite ? nothing : html`<p class="note">${store.locked}</p>`}
        <div class="tools">
          <label class="switch"><input type="checkbox" role="switch" .checked=${this.advanced} @change=${this.toggle}> Advanced settings</label>
          <input type="search" class="filter" placeholder="Filter these settings" aria-label="Filter these settings"
            .value=${this.filter} @input=${(event) => { this.filter = event.target.value; }}>
        </div>
        ${this.group('Simple', simple, doc, draft)}
        ${this.group('Advanced', advanced, doc, draft)}
        ${hidden ? html`<p class="quiet">${plural(hidden, 'advanced setting')} not shown.
          <button class="plain" @click=${() => this.toggle({ target: { checked: true } })}>Show them</button></p>` : nothing}
        ${this.filter && seen.length === 0 ? html`<p class="quiet">None of its settings matches “${this.filter}”.</p>` : nothing}
      </div>
      ${draft ? this.bar(draft) : nothing}`;
  }
}

customElements.define('hf-settings', Settings);
