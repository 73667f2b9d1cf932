// How the graph of the map looks. The looks of lines come with the data, so that they are those of the legend.

const ink = '#212b32'

/** How many lines make a graph one in which each property of a line is felt. */
const many = 1500

/** The style sheet of the graph. */
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
    ...widths.map(w => ({ selector: `.w${w}`, style: { width: w } })),
    ...(data.lines.length > many ? linesOfMany(data) : lines(data)),
    { selector: '.loop', style: { 'curve-style': 'bezier' } },
    { selector: 'node.faded', style: { opacity: 0.35 } },
    { selector: 'edge.faded', style: { opacity: 0.08 } },
    { selector: 'node.chosen', style: { 'background-color': '#ffeb3b', 'border-width': 5, 'border-color': ink, 'font-weight': 'bold', 'z-index': 20 } }
  ]
}

/** Each line is bent to its own side, has its pattern, and an arrow where information goes. */
function lines (data) {
  return [
    { selector: 'edge', style: { 'curve-style': 'bezier', 'control-point-step-size': 26, 'arrow-scale': 0.9 } },
    ...data.styles.map((s, i) => ({ selector: `.k${i}`, style: { 'line-color': s.colour, 'target-arrow-color': s.colour, 'source-arrow-color': s.colour, ...dashes(s) } })),
    { selector: '.to', style: { 'target-arrow-shape': 'triangle' } },
    { selector: '.back', style: { 'source-arrow-shape': 'triangle' } }
  ]
}

/** Of thousands of lines nobody could tell the patterns, so those of the system that is chosen alone have them. */
function linesOfMany (data) {
  return [
    ...data.styles.map((s, i) => ({ selector: `.k${i}`, style: { 'line-color': s.colour } })),
    ...data.styles.map((s, i) => ({ selector: `.near.k${i}`, style: dashes(s) }))
  ]
}

function dashes (style) {
  return style.dash ? { 'line-style': 'dashed', 'line-dash-pattern': style.dash } : {}
}

/** The widths that a line can have, in pixels: a hairline when nothing is live, else the wider the more there are. */
const widths = [1, 2, 3, 4, 5, 6]

export function width (live, count) {
  return live ? Math.min(6, Math.round(1.8 + 0.7 * Math.log2(1 + count))) : 1
}

/** Nothing is dragged and nothing moves by itself; the server has said where everything is. */
export function options (data) {
  const large = data.lines.length > many
  return {
    layout: { name: 'preset', fit: true, padding: 16 },
    autoungrabify: true,
    boxSelectionEnabled: false,
    selectionType: 'single',
    minZoom: 0.1,
    maxZoom: 4,
    hideEdgesOnViewport: large,
    textureOnViewport: large,
    pixelRatio: large ? 1 : 'auto'
  }
}
