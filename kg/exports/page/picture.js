// The picture: vis-network keeps camera, nodes and pointer; edges and names are drawn here, in one pass each.

const filters = {
  labels: new Set(LABELS.filter(label => label.loud).map(label => label.name)),
  relations: new Set(RELATIONS.filter(relation => relation.loud).map(relation => relation.name)),
  confidence: 0,
};
const drawn = new Set();  // indices of the nodes that the picture holds
const asked = new Set();  // those that the reader asked for: filters of relations do not hide them
let visible = new Set();
let lines = [];  // edges between visible nodes
let selected = null;
let near = new Set();  // the selected node and its neighbours
let hovered = null;

const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
const points = new vis.DataSet();
const network = new vis.Network($('picture'), {nodes: points, edges: []}, {
  autoResize: true,
  physics: false,
  layout: {improvedLayout: false},
  nodes: {chosen: false, borderWidth: 1},
  interaction: {hover: true, multiselect: false, selectConnectedEdges: false, hoverConnectedEdges: false,
    keyboard: {enabled: true, bindToWindow: false}, tooltipDelay: 1e9},
});
const frame = $('picture').firstElementChild;
frame.tabIndex = 0;
frame.setAttribute('role', 'application');
frame.setAttribute('aria-label', 'Picture of the graph. Arrow keys move it, plus and minus zoom. ' +
  'Search and the table reach the same nodes.');

const sizeOf = index => (labelOf(index).name === 'Paper' ? 3.5 : 5) + 1.5 * Math.sqrt(Math.min(NODES[index].reach, 60));

function point(index) {
  const node = NODES[index], label = LABELS[node.label].name, colour = colourOf(label);
  return {id: index, x: node.x, y: node.y, shape: shapeOf(label)[0], size: sizeOf(index),
    color: {background: colour, border: tint.ground}, hidden: !visible.has(index),
    opacity: selected === null || near.has(index) ? 1 : 0.18};
}

const passes = edge => filters.relations.has(RELATIONS[edge.relation].name) &&
  (edge.confidence === null || edge.confidence >= filters.confidence);

function refresh() {
  const allowed = index => drawn.has(index) && filters.labels.has(labelOf(index).name);
  const linked = new Set();
  lines = [];
  for (const index of drawn) {
    for (const k of NODES[index].edges) {
      const edge = EDGES[k];
      if (edge.source !== index || !allowed(edge.source) || !allowed(edge.target) || !passes(edge)) continue;
      lines.push(edge);
      linked.add(edge.source).add(edge.target);
    }
  }
  // A node whose every link is filtered away would only litter the picture.
  visible = new Set([...drawn].filter(index =>
    allowed(index) && (linked.has(index) || asked.has(index) || NODES[index].edges.length === 0)));
  near = new Set(selected === null ? [] : [selected]);
  if (selected !== null) for (const edge of lines) {
    if (edge.source === selected) near.add(edge.target);
    if (edge.target === selected) near.add(edge.source);
  }
  points.update([...drawn].map(point));
  $('status').textContent = `${visible.size.toLocaleString('en')} of ${plural(NODES.length, 'node', 'nodes')} and ` +
    `${lines.length.toLocaleString('en')} of ${plural(EDGES.length, 'relation', 'relations')} in the picture`;
}

function draw(indices) {
  for (const index of indices) drawn.add(index);
  refresh();
}

function startPicture() {
  drawn.clear();
  asked.clear();
  points.clear();
  draw(data.first);
  fit();
}

function fit() {
  const nodes = [...visible];
  if (nodes.length) network.fit({nodes, animation: false, maxZoomLevel: 1.6});
}

function look(index) {
  network.setSize('100%', '100%');  // at once: the panel may just have taken some of the room
  const scale = Math.max(0.9, Math.min(network.getScale(), 1.6));
  network.focus(index, {scale, animation: calm ? false : {duration: 350, easingFunction: 'easeInOutQuad'}});
}

// --- edges: faint where they lead to a hub, so that the many lines of "accuracy" do not hide the rest

network.on('beforeDrawing', context => {
  const buckets = new Map();
  for (const edge of lines) {
    if (selected !== null && (edge.source === selected || edge.target === selected)) continue;
    const busiest = Math.max(NODES[edge.source].reach, NODES[edge.target].reach);
    const opacity = selected === null ? Math.max(0.1, Math.min(0.55, 2.4 / Math.sqrt(busiest))) : 0.07;
    const bucket = Math.round(opacity * 20) / 20 || opacity;
    if (!buckets.has(bucket)) buckets.set(bucket, []);
    buckets.get(bucket).push(edge);
  }
  const width = Math.min(1.4, 1 / network.getScale());
  context.strokeStyle = tint.edge;
  context.lineWidth = width;
  for (const [opacity, edges] of buckets) {
    context.globalAlpha = opacity;
    trace(context, edges);
  }
  context.globalAlpha = 0.9;
  context.strokeStyle = tint.accent;
  context.lineWidth = width * 1.3;
  if (selected !== null) trace(context, lines.filter(edge => edge.source === selected || edge.target === selected));
  context.globalAlpha = 1;
});

function trace(context, edges) {
  context.beginPath();
  for (const {source, target} of edges) {
    context.moveTo(NODES[source].x, NODES[source].y);
    context.lineTo(NODES[target].x, NODES[target].y);
  }
  context.stroke();
}

// --- names: as many as fit without touching, the weightiest first, at one size whatever the zoom

const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const FONTS = {plain: `11.5px ${FAMILY}`, heavy: `600 13px ${FAMILY}`};
const widths = new Map();

function widthOf(context, text, font) {
  const key = font + text;
  if (!widths.has(key)) widths.set(key, context.measureText(text).width);
  return widths.get(key);
}

network.on('afterDrawing', context => {
  const scale = network.getScale(), centre = network.getViewPosition();
  const {clientWidth: width, clientHeight: height} = frame;
  const ratio = context.canvas.width / width;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.lineJoin = 'round';
  context.strokeStyle = tint.ground;
  context.lineWidth = 3.5;
  const boxes = [];
  const place = (index, must) => {
    const node = NODES[index], {isEntity} = labelOf(index);
    // From afar only what joins several papers has a name; the closer, the more.
    if (!must && selected === null && node.reach * scale < (isEntity ? 2 : 9)) return;
    const x = (node.x - centre.x) * scale + width / 2;
    const y = (node.y - centre.y) * scale + height / 2 + sizeOf(index) * scale + 3;
    const font = must || (isEntity && node.reach >= 15) ? FONTS.heavy : FONTS.plain;
    context.font = font;
    const text = shorten(node.name, must ? 60 : 28), half = widthOf(context, text, font) / 2 + 5;
    const box = [x - half, y - 3, x + half, y + 15];
    if (!must && (box[0] < 0 || box[2] > width || box[1] < 0 || box[3] > height)) return;
    if (!must && boxes.some(b => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3])) return;
    boxes.push(box);
    context.strokeText(text, x, y);
    context.fillStyle = isEntity || must ? tint.ink : tint.muted;
    context.fillText(text, x, y);
  };
  if (selected !== null && visible.has(selected)) {
    ring(context, selected, scale, centre, width, height);
    place(selected, true);
  }
  if (hovered !== null && hovered !== selected && visible.has(hovered)) place(hovered, true);
  const crowd = selected === null ? visible : near;
  for (const index of [...crowd].sort(byName)) if (index !== selected && index !== hovered) place(index, false);
  context.restore();
});

// Entities before papers, whose titles are long; then by weight.
const byName = (a, b) => labelOf(b).isEntity - labelOf(a).isEntity || byWeight(a, b);

function ring(context, index, scale, centre, width, height) {
  const node = NODES[index];
  context.beginPath();
  context.arc((node.x - centre.x) * scale + width / 2, (node.y - centre.y) * scale + height / 2,
    sizeOf(index) * scale + 5, 0, 2 * Math.PI);
  context.save();
  context.strokeStyle = tint.accent;
  context.lineWidth = 2;
  context.stroke();
  context.restore();
}

// --- pointer

network.on('hoverNode', event => { hovered = event.node; frame.style.cursor = 'pointer'; network.redraw(); });
network.on('blurNode', () => { hovered = null; frame.style.cursor = ''; network.redraw(); });
network.on('click', event => event.nodes.length ? show(event.nodes[0]) : show(null));
network.on('doubleClick', event => event.nodes.length && expand(event.nodes[0]));
network.on('dragging', event => {
  const at = network.getPositions(event.nodes);
  for (const index of event.nodes) [NODES[index].x, NODES[index].y] = [at[index].x, at[index].y];
});

// The neighbours that the filters let through.
const reachable = index => [...new Set(NODES[index].edges.filter(k => passes(EDGES[k])).map(k => otherEnd(EDGES[k], index)))]
  .filter(k => filters.labels.has(labelOf(k).name));

function expand(index) {
  asked.add(index);
  draw([index, ...reachable(index)]);
}
