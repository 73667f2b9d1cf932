package cards

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"grassroots/templates"
)

// The colours of the NHS design system that the pages have too.
var (
	blue     = color.RGBA{0x00, 0x5e, 0xb8, 0xff}
	darkBlue = color.RGBA{0x00, 0x30, 0x87, 0xff}
	green    = color.RGBA{0x00, 0x7f, 0x3b, 0xff}
	pale     = color.RGBA{0xd8, 0xdd, 0xe0, 0xff}
	white    = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

// Where things are, in pixels.
const (
	edge     = 72
	nameLine = 118 // of the name of the service
	topLine  = 250 // of the first line of the title
	bottom   = templates.ImageHeight - 66
	band     = 18
	room     = templates.ImageWidth - 2*edge
	maxLines = 4
)

// sizes are those that a title may have, the largest first: it has the first
// in which it takes few enough lines.
var sizes = []struct {
	points float64
	lines  int
}{{68, 3}, {58, 3}, {50, maxLines}}

// card is what a picture says.
type card struct {
	Title, Stage, Note string
}

type faces struct{ bold, regular *opentype.Font }

// fonts are part of the program, so that they cannot fail to be read.
var fonts = sync.OnceValue(func() faces {
	parse := func(ttf []byte) *opentype.Font {
		f, err := opentype.Parse(ttf)
		if err != nil {
			panic(err)
		}
		return f
	}
	return faces{parse(gobold.TTF), parse(goregular.TTF)}
})

func face(f *opentype.Font, points float64) (font.Face, error) {
	return opentype.NewFace(f, &opentype.FaceOptions{Size: points, DPI: 72, Hinting: font.HintingFull})
}

// draw gives the picture as PNG.
func (c card) draw() ([]byte, error) {
	canvas := image.NewRGBA(image.Rect(0, 0, templates.ImageWidth, templates.ImageHeight))
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(blue), image.Point{}, draw.Src)
	draw.Draw(canvas, image.Rect(0, templates.ImageHeight-band, templates.ImageWidth, templates.ImageHeight), image.NewUniform(darkBlue), image.Point{}, draw.Src)
	sprout(canvas, edge, nameLine-52, 72)
	if err := write(canvas, fonts().bold, 44, white, edge+94, nameLine, "Grassroots"); err != nil {
		return nil, err
	}
	if err := c.title(canvas); err != nil {
		return nil, err
	}
	if err := c.foot(canvas); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, canvas)
	return out.Bytes(), err
}

func (c card) title(canvas *image.RGBA) error {
	for i, size := range sizes {
		f, err := face(fonts().bold, size.points)
		if err != nil {
			return err
		}
		lines := wrap(f, readable(fonts().bold, c.Title), room)
		if len(lines) > size.lines && i < len(sizes)-1 {
			continue
		}
		if len(lines) > size.lines {
			lines = lines[:size.lines]
			lines[size.lines-1] = fit(f, lines[size.lines-1]+"…", room)
		}
		for n, line := range lines {
			text(canvas, f, white, edge, topLine+int(float64(n)*size.points*1.22), line)
		}
		return nil
	}
	return nil
}

// foot is the line at the bottom: how far the work has come, and whose it is.
func (c card) foot(canvas *image.RGBA) error {
	bold, err := face(fonts().bold, 32)
	if err != nil {
		return err
	}
	x := edge
	if c.Stage != "" {
		width := font.MeasureString(bold, c.Stage).Ceil()
		draw.Draw(canvas, image.Rect(edge, bottom-40, edge+width+40, bottom+16), image.NewUniform(white), image.Point{}, draw.Src)
		text(canvas, bold, darkBlue, edge+20, bottom, c.Stage)
		x += width + 64
	}
	regular, err := face(fonts().regular, 32)
	if err != nil {
		return err
	}
	text(canvas, regular, pale, x, bottom, fit(regular, readable(fonts().regular, c.Note), templates.ImageWidth-edge-x))
	return nil
}

func write(canvas *image.RGBA, of *opentype.Font, points float64, ink color.Color, x, y int, s string) error {
	f, err := face(of, points)
	if err == nil {
		text(canvas, f, ink, x, y, s)
	}
	return err
}

func text(canvas *image.RGBA, f font.Face, ink color.Color, x, y int, s string) {
	(&font.Drawer{Dst: canvas, Src: image.NewUniform(ink), Face: f, Dot: fixed.P(x, y)}).DrawString(s)
}

// readable leaves out what the font has no shape for.
func readable(f *opentype.Font, s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if i, err := f.GlyphIndex(nil, r); err != nil || i == 0 {
			return -1
		}
		return r
	}, s)), " ")
}

// wrap cuts a text into lines that have room, at spaces, and a word that has
// no room by itself where it must be.
func wrap(f font.Face, s string, room int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if longer := strings.TrimSpace(line + " " + word); width(f, longer) <= room {
			line = longer
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for width(f, word) > room {
			part := longest(f, word, room)
			lines, word = append(lines, part), word[len(part):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// fit cuts a line that has no room, and says so.
func fit(f font.Face, s string, room int) string {
	if width(f, s) <= room {
		return s
	}
	return strings.TrimRight(longest(f, strings.TrimSuffix(s, "…"), room-width(f, "…")), " ,.") + "…"
}

// longest is as much of the beginning of a text as has room, one character at
// least.
func longest(f font.Face, s string, room int) string {
	end := 0
	for i, r := range s {
		next := i + len(string(r))
		if end > 0 && width(f, s[:next]) > room {
			break
		}
		end = next
	}
	return s[:end]
}

func width(f font.Face, s string) int { return font.MeasureString(f, s).Ceil() }

// sprout draws the sign of the service, two leaves on a stem.
func sprout(canvas *image.RGBA, x, y, size int) {
	unit := float32(size) / 32
	draw.Draw(canvas, image.Rect(x, y, x+size, y+size), image.NewUniform(green), image.Point{}, draw.Src)
	r := vector.NewRasterizer(size, size)
	leaf := func(fromX, fromY, toX, toY float32) {
		r.MoveTo(fromX*unit, fromY*unit)
		r.QuadTo(fromX*unit, toY*unit, toX*unit, toY*unit)
		r.QuadTo(toX*unit, fromY*unit, fromX*unit, fromY*unit)
		r.ClosePath()
	}
	leaf(16, 19, 6, 9)
	leaf(16, 16, 26, 6)
	r.MoveTo(14.6*unit, 27*unit)
	r.LineTo(14.6*unit, 14*unit)
	r.LineTo(17.4*unit, 14*unit)
	r.LineTo(17.4*unit, 27*unit)
	r.ClosePath()
	r.Draw(canvas, image.Rect(x, y, x+size, y+size), image.NewUniform(white), image.Point{})
}
