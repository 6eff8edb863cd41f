/**
 * Keeps the page as the proxy is: rows that change arrive as server-sent events, ready made. Without this script the page
 * works as well; it then shows the moment in which it was loaded.
 */

import { LiveTables } from './live-tables.js';

/** Silence after which the link counts as dead, and pauses before another try; in milliseconds. */
const DEAD_MS = 40_000;
const RETRY_MS = 10_000;
const TYPING_MS = 200;
const AGES_MS = 1_000;

const { body } = document;
const state = document.getElementById('live-state');
const pause = document.getElementById('pause');
const filter = document.getElementById('filter');
const announcement = document.getElementById('announcement');
const liveTables = new LiveTables(showAgesIn);

/** How far this clock is behind the proxy's. */
let clockLagMs = Number(body.dataset.at) - Date.now();
let version = body.dataset.version;
let source;
let lastHeardAt = 0;
let retry;
let typing;
let loading;

document.documentElement.classList.add('scripted');
state.hidden = false;
pause.hidden = false;
document.querySelector('.as-of').hidden = true;

const isPaused = () => pause.getAttribute('aria-pressed') === 'true';

function say(words, isOn) {
  state.textContent = words;
  state.classList.toggle('on', isOn);
}

function pageUrl() {
  return filter.value === '' ? location.pathname : `?${new URLSearchParams({ q: filter.value })}`;
}

function follow() {
  stop();
  if (isPaused() || document.hidden) return;
  say('connecting', false);
  lastHeardAt = Date.now();
  source = new EventSource(
    `${body.dataset.events}?${new URLSearchParams({ q: filter.value, since: version })}`,
  );
  source.addEventListener('open', () => {
    lastHeardAt = Date.now();
    say('live', true);
  });
  source.addEventListener('beat', hear);
  source.addEventListener('change', (event) => {
    hear(event);
    apply(JSON.parse(event.data));
  });
  source.addEventListener('error', () => {
    say('reconnecting', false);
    // Refused rather than cut off: the browser does not try again by itself.
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(() => void reload(), RETRY_MS);
  });
}

function hear(event) {
  lastHeardAt = Date.now();
  version = event.lastEventId;
}

function stop() {
  source?.close();
  clearTimeout(retry);
}

/** Load the page anew, and take over what it shows. */
async function reload() {
  loading?.abort();
  loading = new AbortController();
  try {
    const { signal } = loading;
    const answer = await fetch(pageUrl(), { signal });
    if (!answer.ok) throw new Error(answer.statusText);
    takeOver(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    follow();
  } catch (error) {
    if (error.name === 'AbortError') return;
    say('reconnecting', false);
    retry = setTimeout(() => void reload(), RETRY_MS);
  }
}

function takeOver(page) {
  liveTables.forget();
  version = page.body.dataset.version;
  clockLagMs = Number(page.body.dataset.at) - Date.now();
  document.getElementById('summary').replaceWith(page.getElementById('summary'));
  document.querySelector('main').replaceWith(page.querySelector('main'));
  announce(page.getElementById('announcement').textContent);
  showAges();
}

function apply({ atMs, summary, announce: words, tables }) {
  clockLagMs = atMs - Date.now();
  document.getElementById('summary').outerHTML = summary;
  if (words !== undefined) announce(words);
  for (const [name, change] of Object.entries(tables)) liveTables.change(name, change);
}

function announce(words) {
  if (announcement.textContent !== words) announcement.textContent = words;
}

/** Ages in steps, so that a text does not change each second. */
function ageOf(iso) {
  const secs = Math.max(0, (Date.now() + clockLagMs - Date.parse(iso)) / 1000);
  if (secs < 5) return 'just now';
  if (secs < 60) return `${Math.floor(secs / 5) * 5} s ago`;
  if (secs < 3600) return `${Math.floor(secs / 60)} min ago`;
  if (secs < 86_400) return `${Math.floor(secs / 3600)} h ago`;
  return `${Math.floor(secs / 86_400)} d ago`;
}

function showAgesIn(element) {
  for (const time of element.getElementsByTagName('time')) {
    const age = ageOf(time.dateTime);
    if (time.textContent !== age && time.dataset.fixed === undefined) time.textContent = age;
  }
}

function showAges() {
  showAgesIn(document.querySelector('main'));
}

pause.addEventListener('click', () => {
  pause.setAttribute('aria-pressed', String(!isPaused()));
  if (isPaused()) {
    stop();
    say('paused', false);
  } else {
    void reload();
  }
});

filter.form.addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(typing);
  history.replaceState(null, '', pageUrl());
  void reload();
});

filter.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => filter.form.requestSubmit(), TYPING_MS);
});

document.addEventListener('visibilitychange', () => {
  if (document.hidden) stop();
  else if (!isPaused()) void reload();
});

setInterval(() => {
  if (document.hidden) return;
  showAges();
  if (source?.readyState === EventSource.OPEN && Date.now() - lastHeardAt > DEAD_MS) void reload();
}, AGES_MS);

showAges();
follow();
