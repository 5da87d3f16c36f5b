// Filters, table, theme, keys and the address; then the start.

const boxes = new Map();  // check boxes by "labels:Paper", "relations:USES"

function filterRows(host, entries, set, kind) {
  for (const {name, shown, doc, count, mark} of entries) {
    const box = el('input', {type: 'checkbox', onchange: () => {
      if (box.checked) set.add(name); else set.delete(name);
      tick();
      if (kind === 'labels' && box.checked) bringIn(name);
      else refresh();
      fillView();
    }});
    boxes.set(`${kind}:${name}`, [box, set, name]);
    host.append(el('label', {title: doc, 'data-name': name}, box, mark, el('span', {class: 'name'}, shown), el('span', {class: 'side'}, amount(count))));
  }
  tick();
}

function tick() {
  for (const [box, set, name] of boxes.values()) box.checked = set.has(name);
  // Relations of results are of no use while results are not in the picture.
  for (const {name, needs} of RELATIONS) {
    const row = boxes.get(`relations:${name}`)?.[0].parentElement;
    if (row) row.hidden = needs.length > 0 && !needs.some(label => filters.labels.has(label));
  }
}

const nodeCounts = tally(NODES, node => node.label), edgeCounts = tally(EDGES, edge => edge.relation);
const present = (things, counts) => things.map((thing, k) => ({...thing, count: counts.get(k) || 0})).filter(thing => thing.count);
filterRows($('labels'), present(LABELS, nodeCounts).map(label => ({...label, shown: label.name, mark: icon(label.name)})), filters.labels, 'labels');
filterRows($('relations'), present(RELATIONS, edgeCounts).map(relation => ({...relation, shown: relation.forth, mark: null})), filters.relations, 'relations');

// What follows from a filter: the picture at once, the panel and the other views when the hand rests.
function filtered() {
  refresh();
  fillView();
  if (selected !== null) show(selected);
}

$('confidence').addEventListener('input', () => {
  filters.confidence = Number($('confidence').value);
  $('confidence-value').textContent = filters.confidence.toFixed(2);
  refresh();
});
$('confidence').addEventListener('change', filtered);

// --- time: two sliders over one another, below the number of papers of each step

const dates = NODES.filter(node => node.label === PAPER && published(node.index)).map(node => published(node.index));
const undatedPapers = NODES.filter(node => node.label === PAPER).length - dates.length;
// Not Math.min(...): a hundred thousand arguments are too many for a call.
const firstMonth = dates.reduce((least, date) => Math.min(least, monthOf(date, false)), Infinity);
const lastMonth = dates.reduce((most, date) => Math.max(most, monthOf(date, true)), -Infinity);
const ends = [$('from'), $('to')];

function drawDates() {
  const few = 40, step = Math.max(1, Math.ceil((lastMonth - firstMonth + 1) / few));
  const counts = new Array(Math.floor((lastMonth - firstMonth) / step) + 1).fill(0);
  for (const date of dates) counts[Math.floor((monthOf(date, false) - firstMonth) / step)] += 1;
  const most = Math.max(...counts), width = 100 / counts.length;
  $('histogram').replaceChildren(svg('svg', {viewBox: '0 0 100 30', preserveAspectRatio: 'none', 'aria-hidden': 'true'}, counts.map((count, k) => {
    const from = firstMonth + k * step, height = count ? Math.max(1.5, 28 * count / most) : 0;
    return svg('rect', {x: k * width + width * 0.1, y: 30 - height, width: width * 0.8, height,
      class: from + step > filters.from && from <= filters.to ? 'inside' : null});
  })));
}

function readDates() {
  const [from, to] = ends.map(end => Number(end.value));
  filters.from = from === firstMonth ? -Infinity : from;
  filters.to = to === lastMonth ? Infinity : to;
  filters.undated = $('undated').checked;
  ends.forEach((end, k) => end.setAttribute('aria-valuetext', monthName([from, to][k])));
  $('dates-value').textContent = `${monthName(from)} to ${monthName(to)}`;
  drawDates();
}

if (firstMonth < lastMonth) {
  ends.forEach((end, k) => {
    Object.assign(end, {min: firstMonth, max: lastMonth, value: [firstMonth, lastMonth][k]});
    end.addEventListener('input', () => {
      const other = Number(ends[1 - k].value);
      end.value = k ? Math.max(end.value, other) : Math.min(end.value, other);
      // At the right edge the left handle must lie on top, or neither could be moved.
      ends[0].style.zIndex = ends[0].value > (firstMonth + lastMonth) / 2 ? 2 : 1;
      readDates();
      refresh();
    });
    end.addEventListener('change', filtered);
  });
  $('undated').addEventListener('change', () => { readDates(); filtered(); });
  $('undated-count').textContent = amount(undatedPapers);
  $('undated').parentElement.hidden = undatedPapers === 0;
  readDates();
} else $('dates').hidden = true;

$('reset').addEventListener('click', () => {
  for (const [things, set] of [[LABELS, filters.labels], [RELATIONS, filters.relations]]) {
    set.clear();
    for (const thing of things) if (thing.loud) set.add(thing.name);
  }
  $('confidence').value = 0;
  filters.confidence = 0;
  $('confidence-value').textContent = '0.00';
  if (firstMonth < lastMonth) {
    ends.forEach((end, k) => { end.value = [firstMonth, lastMonth][k]; });
    $('undated').checked = true;
    readDates();
  }
  tick();
  selected = null;
  startPicture();
  show(null);
  fillView();
});

$('fit').addEventListener('click', () => picture.fit());
$('zoom-in').addEventListener('click', () => picture.zoom(1.4));
$('zoom-out').addEventListener('click', () => picture.zoom(1 / 1.4));

// In a narrow window the filters cover everything else.
function openFilters(open) {
  document.body.classList.toggle('filtering', open);
  $('filters-button').setAttribute('aria-expanded', String(open));
}
$('filters-button').addEventListener('click', () => openFilters(!document.body.classList.contains('filtering')));

// --- theme

function setTheme(name) {
  theme = name;
  document.documentElement.dataset.theme = name;
  for (const label of LABELS) document.documentElement.style.setProperty(`--${label.name}`, colourOf(label.name));
  const style = getComputedStyle(document.documentElement);
  for (const part of ['ground', 'edge', 'accent', 'ink', 'muted', 'line']) tint[part] = style.getPropertyValue(`--${part}`).trim();
  $('theme-button').textContent = name === 'dark' ? 'Light' : 'Dark';
  if (picture) picture.update();
}
let themeChosen = false;  // by hand: then the system decides no more
$('theme-button').addEventListener('click', () => { themeChosen = true; setTheme(theme === 'dark' ? 'light' : 'dark'); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', event => { if (!themeChosen) setTheme(event.matches ? 'dark' : 'light'); });

// --- keys and the address

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches('input[type=text], input[type=search], select');
  if (event.key === '/' && !typing) {
    event.preventDefault();
    $('search').focus();
  } else if (event.key === 'Escape' && !typing && selected !== null) show(null, {focus: true});
});

function addressed() {
  try { return byId.get(decodeURIComponent(location.hash.slice(1))); } catch { return undefined; }  // a stray %
}

addEventListener('hashchange', () => {
  const index = addressed();
  if (index === undefined) show(null);
  else if (index !== selected) go(index);
});
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();  // the address names nodes only
  $('search').focus();
});

// --- the start: the whole graph where a graphics card draws it, else its core

function begin(make, host) {
  picture = make(host);
  drawn.clear();
  asked.clear();
  for (const index of picture.first()) drawn.add(index);
  if (addressed() === undefined) {
    show(null);
    picture.fit();
  } else {
    refresh();
    picture.fit();
    go(addressed());
  }
}

// A host without what an earlier picture has left on it.
function freshHost() {
  const host = $('picture').cloneNode(false);
  $('picture').replaceWith(host);
  return host;
}

function beginWhole() {
  $('hindrance').hidden = true;
  try {
    begin(webglPicture, freshHost());
  } catch {  // a driver may fail that has promised WebGL
    begin(canvasPicture, freshHost());
    tellWhy('failed');
  }
}

const REASONS = {none: 'This browser has no WebGL: ', slow: 'Without a graphics card: ', failed: 'WebGL has failed: '};
function tellWhy(reason) {
  $('hindrance').replaceChildren(`${REASONS[reason]}the core of ${plural(data.first.length, 'node', 'nodes')} is drawn. `);
  if (reason === 'slow') $('hindrance').append(el('button', {class: 'link', onclick: beginWhole}, el('span', null, 'Draw all, slowly')));
  $('hindrance').hidden = false;
}

const hindrance = data.everywhere ? whyNotWebgl() : null;
setTheme(theme);
if (data.everywhere && !hindrance) beginWhole();
else {
  begin(canvasPicture, $('picture'));
  if (hindrance) tellWhy(hindrance);
}
picture.ready(() => {
  performance.mark('ready');
  document.documentElement.dataset.ready = 'true';  // what tests and pictures wait for
});
