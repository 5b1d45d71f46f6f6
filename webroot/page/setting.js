// One setting: what it is, what it is set to, and the control that changes it.

import { html, nothing } from 'lit';
import { editor } from './editors.js';
import { legal, shown } from './format.js';
import { same } from './draft.js';
import { store } from './store.js';
import { Part } from './part.js';
import './secret.js';


class Setting extends Part {
  static properties = {
    service: {}, field: {}, value: {}, edit: {}, error: {}, mark: {}, theirs: {}, locked: {}, target: { type: Boolean },
    help: { state: true },
  };

  get id0() {
    return `f-${this.service}-${this.field.key}`;
  }

  /** Brings it into view and puts the focus into it. */
  show() {
    this.scrollIntoView({ block: 'center' });
    const control = document.getElementById(this.id0) ?? this.querySelector('.control button, .control [tabindex]');
    control?.focus({ preventScroll: true });
  }

  /** What one types into stays clear of the bar that the first change brings up, and so does its fault. */
  updated(changed) {
    if ((changed.has('edit') || changed.has('error')) && this.contains(document.activeElement)) {
      this.scrollIntoView({ block: 'nearest' });
    }
  }

  change(value, typed) {
    this.typed = typed;
    store.edit(this.service, (draft) => draft.set(this.field.key, value));
  }

  act(what) {
    this.typed = undefined;
    store.edit(this.service, (draft) => draft[what](this.field.key));
    this.updateComplete.then(() => this.show());
  }

  badges() {
    const { field } = this;
    return html`
      <span class="badge source ${field.source}" title=${field.source === 'env' ? `held by the environment variable ${field.env_var}` : nothing}>
        ${field.source === 'env' ? html`env <code>${field.env_var}</code>` : field.source}</span>
      ${field.restart_required ? html`<span class="badge restart" title="a change takes effect when the service starts again">restart required</span>` : nothing}
      ${this.edit ? html`<span class="badge changed">${this.edit.reset ? 'back to default' : 'changed'}</span>` : nothing}
      ${this.mark ? html`<span class="badge fresh" title="was ${shown(this.mark.old)}">just changed elsewhere</span>` : nothing}`;
  }

  control() {
    const { field } = this;
    if (field.is_secret) {
      return html`<hf-secret .service=${this.service} .field=${field} .value=${this.value} .locked=${this.locked} .labelledby=${`${this.id0}-name`}></hf-secret>`;
    }
    if (field.source === 'env') {
      return html`<output class="held" tabindex="0" aria-labelledby="${this.id0}-name">${shown(this.value)}</output>
        <p class="hint">Read-only: the environment variable <code>${field.env_var}</code> of the manager holds it.</p>`;
    }
    const value = this.edit ? this.edit.value : this.value;
    return editor(field, value, {
      id: this.id0,
      describedby: `${this.id0}-about ${this.id0}-error`,
      invalid: this.error !== undefined,
      disabled: this.locked !== null && this.locked !== undefined,
      title: this.locked ?? '',
      typed: this.typed,
      change: (changed, typed) => this.change(changed, typed),
    });
  }

  below() {
    const { field } = this;
    const isDefault = same(this.edit ? this.edit.value : this.value, field.default);
    return html`
      <p class="fault" id="${this.id0}-error" role=${this.error ? 'alert' : nothing}>${this.error ?? nothing}</p>
      ${this.theirs !== undefined ? html`<p class="bad-text">Meanwhile changed elsewhere to <code>${shown(this.theirs)}</code></p>` : nothing}
      <p class="under">
        <span class="hint">Default <code>${shown(field.default)}</code>${legal(field) ? html` · legal: ${legal(field)}` : nothing}</span>
        ${this.edit ? html`<button class="plain" @click=${() => this.act('drop')} aria-label="Undo the change of ${field.key}">Undo</button>` : nothing}
        ${!isDefault && !this.locked && field.source === 'database' ? html`<button class="plain" @click=${() => this.act('reset')} aria-label="Reset ${field.key} to its default">Reset to default</button>` : nothing}
      </p>`;
  }

  render() {
    const { field } = this;
    const more = field.help_text || field.examples.length > 0;
    const labelled = field.is_secret || field.source === 'env';
    const name = html`<span id="${this.id0}-name">${field.key}</span>`;
    return html`
      <div class="setting ${this.edit ? 'is-changed' : ''} ${this.error ? 'is-wrong' : ''} ${this.mark ? 'is-fresh' : ''} ${this.target ? 'target' : ''}">
        <div class="about">
          <h3>${labelled ? name : html`<label for=${this.id0}>${name}</label>`} ${this.badges()}</h3>
          <p id="${this.id0}-about">${field.description}
            ${more ? html`<button class="plain help" aria-expanded=${this.help ? 'true' : 'false'} aria-label="Help for ${field.key}"
              @click=${() => { this.help = !this.help; }}>${this.help ? 'Less' : 'Help'}</button>` : nothing}</p>
          ${this.help ? html`<div class="more"><p>${field.help_text}</p>
            ${field.examples.length ? html`<p class="quiet">For example ${field.examples.map((each, i) => html`${i ? ', ' : ''}<code>${each}</code>`)}</p>` : nothing}
            <p class="quiet">Type ${field.type}${field.env_var ? html` · the environment can hold it as <code>${field.env_var}</code>` : nothing}</p></div>` : nothing}
        </div>
        <div class="control">${this.control()}${field.is_secret || field.source === 'env' ? nothing : this.below()}</div>
      </div>`;
  }
}

customElements.define('hf-setting', Setting);
