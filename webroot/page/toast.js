// What has just happened, at the foot of the page.

import { html, nothing } from 'lit';
import { store } from './store.js';
import { Part } from './part.js';

const SHOWN_MILLIS = 8_000;

class Toast extends Part {
  static follows = true;

  updated() {
    clearTimeout(this.timer);
    if (store.toast) {
      this.timer = setTimeout(() => this.close(), SHOWN_MILLIS - (Date.now() - store.toast.at));
    }
  }

  close() {
    store.toast = null;
    store.changed();
  }

  render() {
    return html`<div role="status" aria-live="polite" class="toasts">
      ${store.toast ? html`<p class="toast ${store.toast.kind}">${store.toast.text}
        <button class="plain" aria-label="Close this message" @click=${this.close}>×</button></p>` : nothing}</div>`;
  }
}

customElements.define('hf-toast', Toast);
