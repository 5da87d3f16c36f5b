// The views beside the picture: all claims as a table, leaderboards, and the nodes of the picture as a list.

const VIEWS = ['picture', 'claims', 'leaderboard', 'nodes'];
let view = 'picture';

function openView(name, {focus = false} = {}) {
  view = name;
  document.body.dataset.view = name;
  for (const each of VIEWS) {
    const tab = $(`tab-${each}`), open = each === name;
    tab.setAttribute('aria-selected', open);
    tab.tabIndex = open ? 0 : -1;
    if (each !== 'picture') $(each).hidden = !open;
  }
  // Below another view the picture keeps its size, but neither the keys nor a screen reader go there.
  $('stage').inert = name !== 'picture';
  openFilters(false);
  fillView();
  if (focus) $(`tab-${name}`).focus();
}

function fillView() {
  if (view === 'claims') fillClaims();
  if (view === 'leaderboard') fillBoard();
  if (view === 'nodes') fillNodes();
}

for (const name of VIEWS) $(`tab-${name}`).addEventListener('click', () => openView(name));
$('views').addEventListener('keydown', event => {
  const at = VIEWS.indexOf(view), last = VIEWS.length - 1;
  const to = {ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last}[event.key];
  if (to === undefined) return;
  event.preventDefault();
  openView(VIEWS[to], {focus: true});
});

// --- a table whose headings sort, a first screen of rows at once

const MANY = 200;  // rows before "show more"

// The rows keep their order until a heading is pressed where `state.by` is null.
function sortable(host, {caption = null, columns, rows, state, make, empty}) {
  const key = columns[state.by]?.key;
  // What has nothing to sort by comes last in both directions.
  const sorted = !key ? rows : [...rows].sort((a, b) => isEmpty(key(a)) - isEmpty(key(b)) || (state.down ? -1 : 1) * compare(key(a), key(b)) || a.index - b.index);
  const heads = columns.map(({name, wide}, k) => el('th', {scope: 'col', class: wide ? 'wide' : null,
    'aria-sort': k === state.by ? (state.down ? 'descending' : 'ascending') : null},
  el('button', {class: 'link', onclick: () => {
    Object.assign(state, {by: k, down: k === state.by ? !state.down : Boolean(columns[k].down)});
    sortable(host, {caption, columns, rows, state, make, empty});
    host.querySelectorAll('th button')[k].focus();
  }}, name, el('span', {class: 'arrow', 'aria-hidden': 'true'}, k === state.by ? (state.down ? '▾' : '▴') : ''))));
  const body = el('tbody', null, sorted.slice(0, MANY).flatMap(make));
  let shown = MANY;
  const more = el('button', {class: 'more', onclick: () => {
    const fresh = sorted.slice(shown, shown + MANY).flatMap(make);
    body.append(...fresh);
    shown += MANY;
    if (shown >= sorted.length) more.remove();
    focusIn(fresh);
  }}, `Show ${MANY} more of ${amount(sorted.length)}`);
  host.replaceChildren(el('div', {class: 'scroll'}, el('table', null, caption && el('caption', null, caption), el('thead', null, el('tr', null, heads)), body)));
  if (sorted.length > MANY) host.append(more);
  if (!sorted.length) host.append(el('p', {class: 'lead'}, empty));
}

const isEmpty = value => value === null || value === '';
const compare = (a, b) => isEmpty(a) || isEmpty(b) ? 0 : typeof a === 'number' ? a - b : collator.compare(a, b);
const collator = new Intl.Collator('en', {numeric: true});

// --- the nodes of the picture

const nodeState = {by: 2, down: true};
const NODE_COLUMNS = [
  {name: 'Name', key: ({index}) => NODES[index].name, wide: true},
  {name: 'Type', key: ({index}) => NODES[index].label},
  {name: 'Neighbours', key: ({index}) => NODES[index].reach, down: true},
  {name: 'Published', key: ({index}) => published(index), down: true},
];

function fillNodes() {
  sortable($('nodes'), {
    caption: `The ${plural(visible.size, 'node', 'nodes')} in the picture`, columns: NODE_COLUMNS, state: nodeState,
    rows: [...visible].map(index => ({index})), empty: 'The filters leave nothing.',
    make: ({index}) => [el('tr', null, el('td', null, link(index)), el('td', null, labelOf(index).name),
      el('td', {class: 'figure'}, amount(NODES[index].reach)), el('td', {class: 'figure'}, published(index)))],
  });
}

// --- all claims

const claimState = {by: 7, down: true, text: '', kind: ''};
const CLAIM_COLUMNS = [
  {name: 'Subject', key: claim => claim.subject, wide: true},
  {name: 'Claim', key: claim => claim.value, down: true},
  {name: 'Metric', key: claim => claim.metric},
  {name: 'Dataset', key: claim => claim.dataset},
  {name: 'Task', key: claim => claim.task},
  {name: 'Against', key: claim => claim.baseline},
  {name: 'Paper', key: claim => claim.paper === null ? '' : NODES[claim.paper].name, wide: true},
  {name: 'Published', key: claim => claim.date, down: true},
  {name: 'Confidence', key: claim => claim.properties.confidence, down: true},
];
const KINDS = [['', 'all claims'], ['absolute', 'values'], ['change', 'changes'], ['qualitative', 'comparisons without a number'], ['doubt', 'what a check doubts']];

function claimRow(claim, {rank = null} = {}) {
  const sentence = el('tr', {class: 'sentence', hidden: true}, el('td', {colspan: 10}, el('blockquote', null, claim.properties.evidence)));
  const opener = el('button', {class: 'opener', 'aria-expanded': 'false', 'aria-label': `Sentence of ${claim.subject || claim.said}`, onclick: () => {
    sentence.hidden = !sentence.hidden;
    opener.setAttribute('aria-expanded', String(!sentence.hidden));
  }});
  const paper = claim.paper === null ? null : el('button', {class: 'link', title: NODES[claim.paper].name, onclick: () => go(claim.paper, {focus: true})},
    el('span', null, shorten(NODES[claim.paper].name, 60)));
  const cells = [
    [opener, slotLink(claim, 'ABOUT')],
    [rank, number(claim), direction(claim), ...badges(claim)],
    claim.properties.metric_as_written || slotLink(claim, 'BY_METRIC'),
    slotLink(claim, 'ON_DATASET'), slotLink(claim, 'ON_TASK'), claim.properties.baseline_as_written || slotLink(claim, 'AGAINST'),
    paper, claim.date, confidence(claim.properties.confidence),
  ];
  return {sentence, cells};
}

function fillClaims() {
  const words = fold(claimState.text).split(/\s+/).filter(Boolean);
  const kinds = {absolute: ['absolute'], change: ['delta', 'relative', 'factor'], qualitative: ['qualitative']}[claimState.kind];
  const rows = allClaims().filter(claim => admitted(claim) && (!kinds || kinds.includes(claim.properties.kind)) &&
    (claimState.kind !== 'doubt' || claim.properties.checks) && words.every(word => textOf(claim).includes(word)));
  sortable($('claims-table'), {
    caption: `${plural(rows.length, 'claim', 'claims')} of ${amount(allClaims().length)}`, columns: CLAIM_COLUMNS, state: claimState, rows,
    empty: 'No claim fits.',
    make: claim => {
      const {sentence, cells} = claimRow(claim);
      return [el('tr', null, cells.map((parts, k) => el('td', {class: k > 6 ? 'figure' : k === 0 ? 'opens' : null}, parts))), sentence];
    },
  });
}

const claimTexts = new Map();
function textOf(claim) {
  if (!claimTexts.has(claim.index)) {
    const {subject, said, metric, dataset, task, baseline, paper, properties} = claim;
    claimTexts.set(claim.index, fold([subject, said, metric, dataset, task, baseline, paper === null ? '' : NODES[paper].name,
      properties.direction, properties.evidence].join(' ')));
  }
  return claimTexts.get(claim.index);
}

$('claims-text').addEventListener('input', event => { claimState.text = event.target.value; fillClaims(); });
$('claims-kind').append(...KINDS.map(([value, text]) => el('option', {value}, text)));
$('claims-kind').addEventListener('change', event => { claimState.kind = event.target.value; fillClaims(); });
