// What the picture holds and what the filters let through; whoever draws it reads it from here.

const filters = {
  labels: new Set(LABELS.filter(label => label.loud).map(label => label.name)),
  relations: new Set(RELATIONS.filter(relation => relation.loud).map(relation => relation.name)),
  confidence: 0,
  from: -Infinity,  // months since the year 0
  to: Infinity,
  undated: true,
};
const drawn = new Set();  // indices of the nodes that the picture holds
const asked = new Set();  // those that the reader asked for: filters of relations do not hide them
let visible = new Set();
let lines = [];  // edges between visible nodes
let selected = null;
let near = new Set();  // the selected node and its neighbours
let picture = null;  // who draws: canvas.js or webgl.js

// --- time

const timed = () => filters.from !== -Infinity || filters.to !== Infinity || !filters.undated;

function paperInTime(index) {
  const date = published(index);
  return date ? monthOf(date, true) >= filters.from && monthOf(date, false) <= filters.to : filters.undated;
}

// The papers that say what an edge says; none where a name alone says it.
function papersOf(edge) {
  if (NODES[edge.source].label === PAPER) return [edge.source];
  if (NODES[edge.source].label === RESULT) return NODES[edge.source].paper === null ? [] : [NODES[edge.source].paper];
  return (edge.rest.results || []).map(id => NODES[byId.get(id)]?.paper).filter(paper => paper !== null && paper !== undefined);
}

function edgeInTime(edge) {
  if (!timed()) return true;
  const papers = papersOf(edge);
  return papers.length === 0 || papers.some(paperInTime);
}

function nodeInTime(index) {
  if (!timed()) return true;
  const node = NODES[index];
  if (node.label === PAPER) return paperInTime(index);
  if (node.label === RESULT) return node.paper === null || paperInTime(node.paper);
  return node.edges.some(k => papersOf(EDGES[k]).some(paperInTime));
}

// --- filters

const believed = edge => (edge.confidence === null || edge.confidence >= filters.confidence) && edgeInTime(edge);
const passes = edge => filters.relations.has(relationOf(edge)) && believed(edge);

function refresh() {
  const allowed = new Set();
  for (const index of drawn) if (filters.labels.has(labelOf(index).name) && nodeInTime(index)) allowed.add(index);
  const linked = new Set();
  lines = [];
  for (const index of allowed) {
    for (const k of NODES[index].edges) {
      const edge = EDGES[k];
      if (edge.source !== index || !allowed.has(edge.target) || !passes(edge)) continue;
      lines.push(edge);
      linked.add(edge.source).add(edge.target);
    }
  }
  // A node whose every link is filtered away would only litter the picture.
  visible = new Set([...allowed].filter(index => linked.has(index) || asked.has(index) || NODES[index].edges.length === 0));
  near = new Set(selected === null ? [] : [selected]);
  if (selected !== null) for (const edge of lines) {
    if (edge.source === selected) near.add(edge.target);
    if (edge.target === selected) near.add(edge.source);
  }
  picture.update();
  $('status').textContent = `${amount(visible.size)} of ${plural(NODES.length, 'node', 'nodes')} and ` +
    `${amount(lines.length)} of ${plural(EDGES.length, 'relation', 'relations')} in the picture`;
}

function draw(indices) {
  for (const index of indices) drawn.add(index);
  refresh();
}

// The neighbours that the filters let through.
const reachable = index => [...new Set(NODES[index].edges.filter(k => passes(EDGES[k])).map(k => otherEnd(EDGES[k], index)))]
  .filter(k => filters.labels.has(labelOf(k).name) && nodeInTime(k));

function expand(index) {
  asked.add(index);
  draw([index, ...reachable(index)]);
  if (view === 'nodes') fillNodes();
}

// A type that the picture does not hold yet comes with what lies next to the nodes drawn.
function bringIn(name) {
  if (![...drawn].some(index => labelOf(index).name === name)) {
    const beside = new Set([...drawn].flatMap(neighbours).filter(index => labelOf(index).name === name));
    for (const index of [...beside].sort(byWeight).slice(0, picture.room)) drawn.add(index);
  }
  refresh();
}

function startPicture() {
  drawn.clear();
  asked.clear();
  draw(picture.first());
  picture.fit();
}

// What both pictures make of a node.
const sizeOf = index => (NODES[index].label === PAPER ? 3.5 : 5) + 1.5 * Math.sqrt(Math.min(NODES[index].reach, 60));
const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
