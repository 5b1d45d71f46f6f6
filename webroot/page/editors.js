// A control for each type of setting. What is no legal value is handed on as it was typed, so that
// the manager says in its own words what is wrong with it.

import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';

const LONG = 60;
const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function number(text, field) {
  const form = field.type === 'integer' ? INTEGER : NUMBER;
  const typed = text.trim();
  const value = Number(typed);
  return form.test(typed) && (field.type !== 'integer' || Number.isSafeInteger(value)) ? value : typed;
}

function text(typed, field) {
  return typed === '' && field.validation.nullable ? null : typed;
}

/** The step of a slider: whole numbers for integers, else about a hundredth of the range. */
export function step(field) {
  if (field.type === 'integer') {
    return 1;
  }
  const { min, max } = field.validation;
  return 10 ** Math.floor(Math.log10((max - min) / 100) + 0.5);
}

function toggle(field, value, o) {
  return html`<label class="switch"><input id=${o.id} type="checkbox" role="switch" .checked=${live(value === true)} ?disabled=${o.disabled}
    title=${o.title} aria-describedby=${o.describedby} @change=${(event) => o.change(event.target.checked)}>
    <span aria-hidden="true">${value === true ? 'on' : 'off'}</span></label>`;
}

function select(field, value, o) {
  const allowed = field.validation.allowed ?? [];
  const options = allowed.includes(value) ? allowed : [value, ...allowed];
  return html`<select id=${o.id} ?disabled=${o.disabled} title=${o.title} aria-describedby=${o.describedby} aria-invalid=${o.invalid ? 'true' : nothing}
    .value=${live(String(value))} @change=${(event) => o.change(options[event.target.selectedIndex])}>
    ${options.map((each) => html`<option .value=${String(each)} ?selected=${each === value}>${each === null ? 'none' : String(each)}</option>`)}
  </select>`;
}

function numeric(field, value, o) {
  const { min, max } = field.validation;
  const ranged = min !== undefined && max !== undefined;
  const known = typeof value === 'number';
  return html`<div class="numeric">
    ${ranged ? html`<input type="range" min=${min} max=${max} step=${step(field)} .value=${live(String(known ? value : min))} ?disabled=${o.disabled}
      title=${o.title} aria-label="${field.key}, slider" @input=${(event) => o.change(Number(event.target.value))}>` : nothing}
    <input id=${o.id} type="text" inputmode=${field.type === 'integer' ? 'numeric' : 'decimal'} autocomplete="off" ?disabled=${o.disabled} title=${o.title}
      aria-describedby=${o.describedby} aria-invalid=${o.invalid ? 'true' : nothing} .value=${live(digits(field, value, o.typed))}
      @input=${(event) => o.change(number(event.target.value, field), event.target.value)}>
  </div>`;
}

/** What stands in the field: as it was typed ("0.", "1e3") while that is what the value is. */
function digits(field, value, typed) {
  if (typed !== undefined && number(typed, field) === value) {
    return typed;
  }
  return value === null || value === undefined ? '' : String(value);
}

function line(field, value, o) {
  const typed = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const change = (event) => o.change(text(event.target.value, field));
  if (typed.length > LONG || typed.includes('\n')) {
    return html`<textarea id=${o.id} rows="3" ?disabled=${o.disabled} title=${o.title} spellcheck="false" aria-describedby=${o.describedby}
      aria-invalid=${o.invalid ? 'true' : nothing} .value=${live(typed)} @input=${change}></textarea>`;
  }
  return html`<input id=${o.id} type="text" class=${field.type} autocomplete="off" spellcheck="false" ?disabled=${o.disabled} title=${o.title}
    placeholder=${field.validation.nullable ? 'none' : nothing} aria-describedby=${o.describedby} aria-invalid=${o.invalid ? 'true' : nothing}
    .value=${live(typed)} @input=${change}>`;
}

/** The control of a setting that is neither a secret nor held by the environment. */
export function editor(field, value, options) {
  switch (field.type) {
    case 'boolean': return toggle(field, value, options);
    case 'enum': return select(field, value, options);
    case 'integer':
    case 'float': return numeric(field, value, options);
    default: return line(field, value, options);
  }
}
