// Settings that several services have under the same name, side by side.

import { html } from 'lit';
import { same } from './draft.js';
import { shown } from './format.js';
import { link } from './route.js';
import { store } from './store.js';
import { Part } from './part.js';

class SharedSettings extends Part {
  static follows = true;

  rows() {
    const by = new Map();
    for (const name of store.names) {
      for (const field of store.services.get(name).fields) {
        by.set(field.key, [...(by.get(field.key) ?? []), { name, field, value: store.services.get(name).config[field.key] }]);
      }
    }
    return [...by].filter(([, uses]) => uses.length > 1).sort(([a], [b]) => a.localeCompare(b));
  }

  render() {
    const rows = this.rows();
    return html`
      <div class="pad">
        <h1>Shared settings</h1>
        <p class="quiet">Settings that several services have under the same name. Each service keeps a value of its own; where they differ, it is said.</p>
        ${rows.length === 0 ? html`<p class="note">No two services have a setting of the same name.</p>` : html`
        <div class="scroll" tabindex="0" role="region" aria-label="Shared settings">
        <table class="wide-table">
          <thead><tr><th scope="col">Setting</th><th scope="col">Service</th><th scope="col">Value</th></tr></thead>
          ${rows.map(([key, uses]) => {
            const differ = uses.some((use) => !same(use.value, uses[0].value));
            return html`<tbody>${uses.map((use, i) => html`
              <tr>${i === 0 ? html`<th scope="rowgroup" rowspan=${uses.length}>${key} <span class="badge ${differ ? 'warn' : 'good'}">${differ ? 'differs' : 'the same'}</span></th>` : ''}
                <td><a href="${link('services', use.name)}?key=${encodeURIComponent(key)}">${use.name}</a></td>
                <td><code>${shown(use.value)}</code></td></tr>`)}</tbody>`;
          })}
        </table></div>`}
      </div>`;
  }
}

customElements.define('hf-shared', SharedSettings);
