// What is written in a mail, or by whoever made an account, is set as text and never as HTML.
const $ = (id) => document.getElementById(id);
const times = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const hours = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const contact = ({ Name, Address }) => (Name === '' ? Address : `${Name} <${Address}>`);

let chosen = '';
let view = 'text';

async function api(path, options) {
  const response = await fetch(`api/v1/${path}`, options);
  if (!response.ok) throw new Error(`${response.status} ${path}`);
  return response;
}

let asked = 0;

async function refresh() {
  const turn = ++asked;
  const query = $('search').value.trim();
  const { messages } = await (await api(`search?limit=500&query=${encodeURIComponent(query)}`)).json();
  // An answer that was overtaken by the next question is not shown.
  if (turn !== asked) return;
  showList(messages);
  $('empty').hidden = messages.length > 0;
  $('empty').textContent = query === '' ? 'No mail yet.' : 'Nothing found.';
}

/** Rows that are there stay there: one that is replaced while it is pressed would miss its click. */
function showList(messages) {
  const present = new Map([...$('list').children].map((item) => [item.dataset.id, item]));
  const items = messages.map((message) => {
    const item = present.get(message.ID) ?? row(message);
    item.firstChild.classList.toggle('unread', !message.Read);
    item.firstChild.setAttribute('aria-current', String(message.ID === chosen));
    return item;
  });
  const same = items.length === present.size && items.every((item, at) => $('list').children[at] === item);
  if (!same) $('list').replaceChildren(...items);
}

function row(message) {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(
    span('recipient', [...message.To, ...message.Cc, ...message.Bcc].map(contact).join(', ')),
    time(message.Created),
    span('subject', message.Subject || '(no subject)'),
    span('snippet', message.Snippet)
  );
  button.addEventListener('click', () => (location.hash = message.ID));
  const item = document.createElement('li');
  item.dataset.id = message.ID;
  item.append(button);
  return item;
}

function span(name, text) {
  const element = document.createElement('span');
  element.className = name;
  element.textContent = text;
  return element;
}

function time(at) {
  const element = document.createElement('time');
  element.dateTime = at;
  element.textContent = hours.format(new Date(at));
  return element;
}

async function open() {
  const id = location.hash.slice(1);
  const response = id === '' ? null : await fetch(`api/v1/message/${encodeURIComponent(id)}`);
  const message = response?.ok === true ? await response.json() : null;
  if (id !== location.hash.slice(1)) return;
  chosen = id;
  $('reader').hidden = message === null;
  $('hint').hidden = message !== null;
  document.body.classList.toggle('reading', message !== null);
  if (message !== null) show(message);
  await refresh();
}

function show(message) {
  $('subject').textContent = message.Subject || '(no subject)';
  $('from').textContent = contact(message.From);
  $('to').textContent = [...message.To, ...message.Cc, ...message.Bcc].map(contact).join(', ');
  $('date').textContent = times.format(new Date(message.Created));
  $('text').replaceChildren(...withLinks(message.Text));
  $('html').src = message.HTML === '' ? 'about:blank' : `api/v1/message/${encodeURIComponent(message.ID)}/html`;
  $('views').hidden = message.HTML === '' || message.Text === '';
  switchTo(message.HTML === '' ? 'text' : message.Text === '' ? 'html' : view);
}

function switchTo(name) {
  $('text').hidden = name !== 'text';
  $('html').hidden = name !== 'html';
  $('as-text').setAttribute('aria-pressed', String(name === 'text'));
  $('as-html').setAttribute('aria-pressed', String(name === 'html'));
}

function withLinks(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, at) => {
    if (at % 2 === 0) return document.createTextNode(part);
    const link = document.createElement('a');
    link.href = part;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.textContent = part;
    return link;
  });
}

for (const name of ['text', 'html']) {
  $(`as-${name}`).addEventListener('click', () => switchTo((view = name)));
}
$('search').addEventListener('input', refresh);
$('back').addEventListener('click', () => (location.hash = ''));
$('clear').addEventListener('click', async () => {
  await api('messages', { method: 'DELETE' });
  location.hash = '';
});
addEventListener('hashchange', open);
new EventSource('api/v1/events').addEventListener('change', refresh);
open();
