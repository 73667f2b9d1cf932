package sheets

import (
	"html"
	"strings"

	"github.com/tdewolff/canvas"
	"github.com/tdewolff/canvas/renderers/svg"
)

// outlined writes letters as their outlines: programs that make posters and slides do
// not take a font from a file.
type outlined struct{ *svg.SVG }

// RenderText implements canvas.Renderer.
func (o outlined) RenderText(text *canvas.Text, m canvas.Matrix) {
	text.RenderAsPath(o, m, canvas.DefaultResolution)
}

// described gives an SVG a title and a description, since outlines say nothing to a
// screen reader.
func (s *Sheet) described(drawn string) string {
	end := strings.IndexByte(drawn, '>')
	return drawn[:end] + ` role="img" aria-labelledby="title about" xml:lang="` + string(s.language) + `"><title id="title">` + html.EscapeString(s.title) + `</title><desc id="about">` + html.EscapeString(s.about) + `</desc>` + drawn[end+1:]
}
