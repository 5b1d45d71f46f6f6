// How values, times and numbers are shown.

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const STEPS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

export const MASK = '********';

/** A value as people read it. */
export function shown(value) {
  if (value === undefined) {
    return 'not there';
  }
  if (value === null) {
    return 'none';
  }
  if (value === '') {
    return 'empty';
  }
  if (typeof value === 'boolean') {
    return value ? 'on' : 'off';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const time = (text) => (text ? TIME.format(new Date(text)) : 'never');

/** How long ago that was, roughly. */
export function ago(text) {
  return text ? agoSeconds((Date.now() - new Date(text).getTime()) / 1000) : 'never';
}

export function agoSeconds(seconds) {
  const [unit, length] = STEPS.find(([, each]) => seconds >= each) ?? ['second', 1];
  return AGO.format(-Math.max(0, Math.floor(seconds / length)), unit);
}

export const plural = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** Milliseconds with as many digits as tell something. */
export function millis(value) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '–';
  }
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

/** The legal values of a setting, in words. */
export function legal(field) {
  const v = field.validation;
  const low = v.min ?? v.exclusive_min;
  const high = v.max ?? v.exclusive_max;
  if (v.allowed || field.type === 'boolean') {
    return '';
  }
  if (low !== undefined && high !== undefined) {
    return `${low} to ${high}`;
  }
  if (low !== undefined) {
    return v.min === undefined ? `above ${low}` : `${low} or more`;
  }
  if (high !== undefined) {
    return v.max === undefined ? `below ${high}` : `${high} or less`;
  }
  return v.pattern_description ?? (v.pattern ? `matches ${v.pattern}` : '');
}
