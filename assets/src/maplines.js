// Draws thousands of lines under the graph in one go. As elements of the graph they would take seconds, and nobody could
// point at one of them anyway: only those of the system that is chosen become elements.

/** From how many lines on they are drawn so. */
export const many = 1500

export function underlay (container, cy, data, width) {
  const picture = document.createElement('canvas')
  picture.className = 'gr-graph__lines'
  picture.setAttribute('aria-hidden', 'true')
  container.prepend(picture)
  const pen = picture.getContext('2d')
  const strokes = bySort(data, width)
  const state = { faded: false, remove: () => picture.remove() }
  cy.on('render', () => {
    const ratio = devicePixelRatio || 1
    const [wide, high] = [Math.round(cy.width() * ratio), Math.round(cy.height() * ratio)]
    if (picture.width !== wide || picture.height !== high) Object.assign(picture, { width: wide, height: high })
    pen.setTransform(1, 0, 0, 1, 0, 0)
    pen.clearRect(0, 0, wide, high)
    const [zoom, pan] = [cy.zoom() * ratio, cy.pan()]
    pen.setTransform(zoom, 0, 0, zoom, pan.x * ratio, pan.y * ratio)
    pen.globalAlpha = state.faded ? 0.08 : 0.6
    for (const stroke of strokes) {
      pen.strokeStyle = stroke.colour
      pen.lineWidth = stroke.width
      pen.stroke(stroke.path)
    }
  })
  return state
}

/** The lines of each colour and width as one path, those of the standards that share a look below the others. */
function bySort (data, width) {
  const sorts = new Map()
  for (const [from, to, standard, organisations, studies, flags] of data.lines) {
    const style = data.standards[standard].style
    const wide = width((flags & 1) > 0, organisations || studies)
    const key = `${style} ${wide}`
    if (!sorts.has(key)) sorts.set(key, { style, colour: data.styles[style].colour, width: Math.min(wide, 3), path: new Path2D() })
    const { path } = sorts.get(key)
    const [a, b] = [data.systems[from], data.systems[to]]
    path.moveTo(a.x, a.y)
    if (from === to) path.ellipse(a.x, a.y - a.r, 10, 10, 0, Math.PI / 2, 2.5 * Math.PI)
    else path.lineTo(b.x, b.y)
  }
  return [...sorts.values()].sort((a, b) => b.style - a.style)
}
