// How the graph of the map looks. The looks of lines come with the data, so that they are those of the legend.

const ink = '#212b32'

/** The style sheet of the graph. Each line is bent to its own side and has its pattern, and an arrow where information goes. */
export function looks (data) {
  return [
    {
      selector: 'node',
      style: {
        width: 'data(d)',
        height: 'data(d)',
        'background-color': '#005eb8',
        'border-width': 2,
        'border-color': '#ffffff',
        label: 'data(label)',
        color: ink,
        'font-family': 'Arial, Helvetica, sans-serif',
        'font-size': 13,
        'min-zoomed-font-size': 7,
        'text-wrap': 'wrap',
        'text-valign': 'bottom',
        'text-margin-y': 4,
        'text-background-color': '#ffffff',
        'text-background-opacity': 0.75,
        'z-index': 10
      }
    },
    { selector: 'edge', style: { width: 'data(width)', 'curve-style': 'bezier', 'control-point-step-size': 26, 'arrow-scale': 0.9 } },
    ...data.styles.map((s, i) => ({
      selector: `.k${i}`,
      style: { 'line-color': s.colour, 'target-arrow-color': s.colour, 'source-arrow-color': s.colour, ...(s.dash ? { 'line-style': 'dashed', 'line-dash-pattern': s.dash } : {}) }
    })),
    { selector: '.to', style: { 'target-arrow-shape': 'triangle' } },
    { selector: '.back', style: { 'source-arrow-shape': 'triangle' } },
    { selector: 'node.faded', style: { opacity: 0.35 } },
    { selector: 'edge.faded', style: { opacity: 0.08 } },
    { selector: 'node.chosen', style: { 'background-color': '#ffeb3b', 'border-width': 5, 'border-color': ink, 'font-weight': 'bold', 'z-index': 20 } }
  ]
}

/** How wide a line is, in pixels: a hairline when nothing is live, else the wider the more there are. */
export function width (live, count) {
  return live ? Math.min(6, Math.round(1.8 + 0.7 * Math.log2(1 + count))) : 1
}

/** Nothing is dragged and nothing moves by itself; the server has said where everything is. */
export const options = {
  layout: { name: 'preset', fit: true, padding: 16 },
  autoungrabify: true,
  boxSelectionEnabled: false,
  selectionType: 'single',
  minZoom: 0.1,
  maxZoom: 4
}
