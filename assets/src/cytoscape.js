// What draws the graph of the map, as a file of its own: only the script of that page asks for it.
export { default } from 'cytoscape'
