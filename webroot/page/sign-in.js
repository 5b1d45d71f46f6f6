// Signing in with a token, which is sent once and not kept.

import { html, nothing } from 'lit';
import * as api from './api.js';
import { store } from './store.js';
import { Part } from './part.js';

class SignIn extends Part {
  static properties = { fault: { state: true }, busy: { state: true } };

  firstUpdated() {
    this.querySelector('input').focus();
  }

  async submit(event) {
    event.preventDefault();
    const input = this.querySelector('input');
    this.busy = true;
    this.fault = null;
    try {
      const me = await api.signIn(input.value.trim());
      input.value = '';
      store.me = me;
      store.changed();
      this.tell('signed-in');
    } catch (failure) {
      this.fault = failure.status === 401 ? 'The manager does not know this token.' : failure.message;
      input.select();
    }
    this.busy = false;
  }

  render() {
    const over = store.unsaved;
    return html`
      <div class="sign-in ${over ? 'over' : ''}" role=${over ? 'dialog' : 'main'} aria-modal=${over ? 'true' : nothing} aria-label="Sign in">
        <form class="card" @submit=${this.submit}>
          <h1><img src="/page/mark.svg" alt="" width="36" height="36"> Holdfast</h1>
          ${over ? html`<p>Your session has ended. Sign in again: what you typed is still here.</p>` : nothing}
          <label for="token">Token</label>
          <input id="token" type="password" autocomplete="current-password" required spellcheck="false"
            aria-describedby="token-help" aria-invalid=${this.fault ? 'true' : nothing}>
          <p id="token-help" class="quiet">One of <code>CONFIG_API_TOKENS</code> in the manager's <code>.env</code>. It is sent once and not kept in the browser.</p>
          ${this.fault ? html`<p class="fault" role="alert">${this.fault}</p>` : nothing}
          <button class="primary" ?disabled=${this.busy}>${this.busy ? 'Signing in …' : 'Sign in'}</button>
        </form>
      </div>`;
  }
}

customElements.define('hf-sign-in', SignIn);
