// Leaderboards: what is claimed on a dataset, by metric, the best first, ordered as `kg leaderboard` does.

const board = {dataset: null, metric: ''};
const PARTS = [['Values', 'figures as papers state them; a line joins the best so far'], ['Changes against a baseline', 'deltas, shares and factors'],
  ['Comparisons without a number', 'who is said to be better, worse or equal']];
const placeOf = claim => claim.properties.kind === 'absolute' ? 0 : claim.properties.kind === 'qualitative' ? 2 : 1;

function standing({properties}) {
  if (properties.kind === 'absolute') return 1;
  return {sota: 0, better: 0, worse: 2}[properties.direction] ?? 1;
}

function rankOf(claim) {
  if (claim.value === null) return Infinity;
  const factor = claim.properties.kind === 'factor' && claim.value > 0 && claim.value < 1;
  const change = factor ? 1 / claim.value : Math.abs(claim.value);
  const place = standing(claim);
  return place === 0 ? -change : place === 2 ? change : lowerIsBetter(claim) ? claim.value : -claim.value;
}

const lowerIsBetter = claim => claim.slots.BY_METRIC !== undefined && NODES[claim.slots.BY_METRIC].properties.higher_is_better === false;
const compareTexts = (a, b) => !a - !b || (a < b ? -1 : a > b ? 1 : 0);
const byStanding = (a, b) => placeOf(a) - placeOf(b) || compareTexts(a.metric, b.metric) || compareTexts(a.properties.kind, b.properties.kind) ||
  standing(a) - standing(b) || compareTexts(a.properties.unit || '', b.properties.unit || '') || rankOf(a) - rankOf(b) || (a.paper || 0) - (b.paper || 0) || a.index - b.index;

// The datasets that something is claimed on, those with most claims first.
let boards = null;
function datasets() {
  boards ||= [...tally(allClaims().filter(claim => claim.slots.ON_DATASET !== undefined), claim => claim.slots.ON_DATASET)]
    .sort((a, b) => b[1] - a[1] || byWeight(a[0], b[0]));
  return boards;
}

// What opens the leaderboard of a dataset, or of the dataset where a metric is claimed most often.
function boardOf(node) {
  const label = LABELS[node.label].name;
  const slot = {Dataset: 'ON_DATASET', Metric: 'BY_METRIC'}[label];
  if (!slot) return null;
  const claims = node.edges.filter(k => relationOf(EDGES[k]) === slot).map(k => claimOf(EDGES[k].source)).filter(claim => claim.slots.ON_DATASET !== undefined);
  if (!claims.length) return null;
  return () => {
    const [[dataset]] = [...tally(claims, claim => claim.slots.ON_DATASET)].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    Object.assign(board, {dataset, metric: label === 'Metric' ? claims[0].metric : ''});
    openView('leaderboard', {focus: true});
  };
}

function fillBoard() {
  const all = datasets();
  if (board.dataset === null && all.length) [[board.dataset]] = all;
  const choice = $('board-dataset');
  if (choice.options.length !== all.length) {
    choice.replaceChildren(...all.map(([index, count]) => el('option', {value: index}, `${NODES[index].name} (${amount(count)})`)));
  }
  choice.value = String(board.dataset);
  const found = allClaims().filter(claim => claim.slots.ON_DATASET === board.dataset && board.dataset !== null);
  const metrics = [...tally(found, claim => claim.metric)].filter(([metric]) => metric).sort((a, b) => b[1] - a[1] || compareTexts(a[0], b[0]));
  if (!metrics.some(([metric]) => metric === board.metric)) board.metric = '';
  $('board-metric').replaceChildren(el('option', {value: ''}, 'all metrics'),
    ...metrics.map(([metric, count]) => el('option', {value: metric}, `${metric} (${amount(count)})`)));
  $('board-metric').value = board.metric;
  const rows = found.filter(claim => admitted(claim) && (!board.metric || claim.metric === board.metric)).sort(byStanding);
  const parts = PARTS.flatMap(([title, doc], place) => {
    const here = rows.filter(claim => placeOf(claim) === place);
    return here.length ? [el('h2', null, title, el('span', {class: 'count'}, doc)), ...groups(here, place)] : [];
  });
  if (!rows.length) parts.push(el('p', {class: 'lead'}, all.length ? 'The filters leave no claim.' : 'Nothing is claimed on a dataset.'));
  $('board-table').replaceChildren(...parts);
}

// Of the columns of all claims those that a board may show; of these the first two always, the rest where they say something.
const BOARD_COLUMNS = ['Subject', 'Claim', 'Against', 'Task', 'Paper', 'Published', 'Confidence'];
const CELL_CLASSES = {Subject: 'opens', Claim: 'value', Published: 'figure', Confidence: 'figure'};
const orders = new Map();  // how the reader has sorted each table, by what it is of

// Values of one metric and unit stand together: only they can be compared.
function groups(rows, place) {
  const keyOf = claim => place === 0 ? JSON.stringify([claim.metric, claim.properties.unit || '']) : claim.metric;
  const found = new Map();
  for (const claim of rows) found.set(keyOf(claim), [...(found.get(keyOf(claim)) || []), claim]);
  return [...found.values()].flatMap(group => {
    const {metric, properties} = group[0];
    const heading = metric ? `${metric}${place === 0 && properties.unit ? `, ${properties.unit}` : ''}` : 'metric not named';
    const most = group.reduce((largest, claim) => Math.max(largest, Math.abs(claim.value ?? 0)), 0), lower = lowerIsBetter(group[0]);
    const kept = BOARD_COLUMNS.filter(name => place || name !== 'Against').map(name => CLAIM_COLUMNS.findIndex(column => column.name === name))
      .filter((k, at) => at < 2 || group.some(claim => !isEmpty(CLAIM_COLUMNS[k].key(claim))));
    const columns = kept.map(k => ({...CLAIM_COLUMNS[k], wide: false, ...(k === 1 ? {down: !lower} : {})}));
    const order = JSON.stringify([board.dataset, place, keyOf(group[0]), kept]), host = el('div', {class: 'board'});
    if (!orders.has(order)) orders.set(order, {by: null, down: false});
    sortable(host, {columns, rows: group, state: orders.get(order), make: claim => {
      const bar = el('span', {class: 'bar', 'aria-hidden': 'true'});
      bar.style.width = `${place === 0 && most && claim.value !== null ? 94 * Math.abs(claim.value) / most : 0}%`;
      const {sentence, cells} = claimRow(claim, {rank: place === 0 ? bar : null});
      return [el('tr', null, kept.map(k => el('td', {class: CELL_CLASSES[CLAIM_COLUMNS[k].name]}, cells[k]))), sentence];
    }});
    return [
      el('h3', null, heading, place === 0 ? el('span', {class: 'count'}, lower ? 'lower is better' : null) : null),
      place === 0 ? overTime(group) : null,
      host,
    ].filter(Boolean);
  });
}

// --- values over time, with the best so far as a line

function overTime(group) {
  const dated = group.filter(claim => claim.value !== null && claim.date).sort((a, b) => a.date.localeCompare(b.date) || rankOf(a) - rankOf(b) || a.index - b.index);
  if (new Set(dated.map(claim => claim.date)).size < 3) return null;
  const width = 640, height = 150, left = 48, right = 110, top = 14, foot = 24;
  const times = dated.map(claim => monthOf(claim.date, false) + (Number(claim.date.split('-')[2] || 1) - 1) / 31), values = dated.map(claim => claim.value);
  const scaleOf = (low, high, from, to) => value => high === low ? (from + to) / 2 : from + (value - low) / (high - low) * (to - from);
  const [early, late, low, high] = [Math.min(...times), Math.max(...times), Math.min(...values), Math.max(...values)];
  const x = scaleOf(early, late, left, width - right), y = scaleOf(low, high, height - foot - 6, top);
  const lower = lowerIsBetter(group[0]), best = [];
  dated.forEach((claim, k) => {
    if (!best.length || (lower ? claim.value < values[best.at(-1)] : claim.value > values[best.at(-1)])) best.push(k);
  });
  const steps = best.map((k, n) => `${n ? `H${x(times[k])}V${y(values[k])}` : `M${x(times[k])} ${y(values[k])}`}`).join('') + `H${width - right}`;
  const tickAt = (value, text, at) => svg('text', {x: left - 8, y: at + 4, class: 'tick', 'text-anchor': 'end'}, text);
  const years = [];
  for (let year = Math.ceil(early / 12); year * 12 <= late; year++) years.push(year);
  const last = best.at(-1);
  return svg('svg', {viewBox: `0 0 ${width} ${height}`, class: 'time', role: 'img', 'aria-label': `Values over time; best ${dated[last].said} by ${dated[last].subject || 'an unnamed subject'}`},
    svg('line', {x1: left, x2: width - right, y1: height - foot, y2: height - foot, class: 'axis'}),
    years.map(year => svg('text', {x: x(year * 12), y: height - 8, class: 'tick', 'text-anchor': 'middle'}, String(year))),
    tickAt(low, String(low), y(low)), high === low ? null : tickAt(high, String(high), y(high)),
    svg('path', {d: steps, class: 'best'}),
    dated.map((claim, k) => svg('circle', {cx: x(times[k]), cy: y(values[k]), r: 4, class: best.includes(k) ? 'point record' : 'point'},
      svg('title', null, `${claim.subject}: ${claim.said} (${claim.date})`))),
    svg('text', {x: width - right + 8, y: y(values[last]) + 4, class: 'name'}, shorten(dated[last].subject || '', 18)));
}

$('board-dataset').addEventListener('change', event => { Object.assign(board, {dataset: Number(event.target.value), metric: ''}); fillBoard(); });
$('board-metric').addEventListener('change', event => { board.metric = event.target.value; fillBoard(); });
