// Questions on top of the page, as the browser's own dialog: the focus stays inside, Escape leaves.

import { html, render } from 'lit';

/**
 * Opens a dialog and waits for it.
 *
 * @param title its heading
 * @param content gives what stands in it; is given `done`, which closes it with a result, and `again`, which draws it anew
 * @returns the result, undefined for who left it
 */
export function open(title, content) {
  return new Promise((resolve) => {
    const dialog = document.createElement('dialog');
    dialog.setAttribute('aria-labelledby', 'dialog-title');
    let result;
    const done = (value) => {
      result = value;
      dialog.close();
    };
    const again = () => render(html`<h2 id="dialog-title">${title}</h2>${content(done, again)}`, dialog);
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    again();
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector('[autofocus]')?.focus();
  });
}

/** Asks whether to go on; true for yes. */
export async function ask(title, words, yes) {
  return (await open(title, (done) => html`
    <p>${words}</p>
    <div class="actions">
      <button @click=${() => done(false)} autofocus>Cancel</button>
      <button class="danger" @click=${() => done(true)}>${yes}</button>
    </div>`)) === true;
}
