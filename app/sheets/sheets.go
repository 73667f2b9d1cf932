// Package sheets draws what people put on a wall, show on a screen or hand over: a
// sheet of paper with text and a QR code, as PDF, SVG or PNG. What is drawn is the same
// in each.
//
// The letters are those of the Go fonts, which are part of the program: they have
// every letter of English and Welsh, and those of the other languages of Europe in
// Latin, Greek and Cyrillic script. Of other scripts they have none (see Write).
package sheets

import (
	"bytes"
	"image/color"
	"image/png"
	"strings"
	"unicode"

	"github.com/boombuler/barcode/qr"
	"github.com/tdewolff/canvas"
	"github.com/tdewolff/canvas/renderers/pdf"
	"github.com/tdewolff/canvas/renderers/rasterizer"
	"github.com/tdewolff/canvas/renderers/svg"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"grassroots/models"
)

// Format is what a sheet is written as.
type Format string

// The formats.
const (
	PDF Format = "pdf"
	SVG Format = "svg"
	PNG Format = "png"
)

// ContentType gives the media type of a format.
func (f Format) ContentType() string {
	switch f {
	case PDF:
		return "application/pdf"
	case SVG:
		return "image/svg+xml"
	}
	return "image/png"
}

// Colours of the house: white and black on it, and on white, have a contrast of 4.5 to 1 or more.
var (
	Blue  = color.RGBA{0x00, 0x5e, 0xb8, 0xff}
	Black = color.RGBA{0x21, 0x2b, 0x32, 0xff}
	White = color.RGBA{0xff, 0xff, 0xff, 0xff}
	Grey  = color.RGBA{0x4c, 0x62, 0x72, 0xff}
)

// lineStretch is by how much lines stand further apart than the font asks for.
const lineStretch = 0.1

// Sheet is a sheet of paper or a screen. Lengths are millimetres, from the top left.
type Sheet struct {
	Width, Height float64

	title, about string
	language     models.Language
	on           *canvas.Canvas
	ctx          *canvas.Context
	fonts        *canvas.FontFamily
	unwritable   string
}

// New takes an empty sheet, white. Its title and what it is about are what programs tell
// those of it who cannot see it. The error is Internal.
func New(width, height float64, language models.Language, title, about string) (*Sheet, error) {
	s := &Sheet{Width: width, Height: height, title: title, about: about, language: language, on: canvas.New(width, height)}
	// A font keeps what was written in it, so each sheet has its own.
	s.fonts = canvas.NewFontFamily("Go")
	for style, content := range map[canvas.FontStyle][]byte{canvas.FontRegular: goregular.TTF, canvas.FontBold: gobold.TTF} {
		if err := s.fonts.LoadFont(content, 0, style); err != nil {
			return nil, models.Wrap(models.Internal, "The file could not be drawn.", err)
		}
	}
	s.ctx = canvas.NewContext(s.on)
	s.ctx.SetCoordSystem(canvas.CartesianIV)
	s.Fill(0, 0, width, height, White)
	return s, nil
}

// Fill paints a rectangle.
func (s *Sheet) Fill(x, y, width, height float64, c color.RGBA) {
	s.ctx.SetFillColor(c)
	s.ctx.SetStrokeColor(canvas.Transparent)
	s.ctx.DrawPath(x, y, canvas.Rectangle(width, height))
}

// Frame draws the border of a rectangle.
func (s *Sheet) Frame(x, y, width, height, thick float64, c color.RGBA) {
	s.ctx.SetFillColor(canvas.Transparent)
	s.ctx.SetStrokeColor(c)
	s.ctx.SetStrokeWidth(thick)
	s.ctx.DrawPath(x, y, canvas.Rectangle(width, height))
}

// Style is how text looks.
type Style struct {
	Points float64 // size of the letters
	Bold   bool
	Colour color.RGBA
	Centre bool
}

// Text writes a paragraph from a place down, in lines of a width, and gives how high it
// is.
func (s *Sheet) Text(x, y, width float64, text string, style Style) (height float64) {
	face := s.face(style)
	text = s.writable(face, text)
	if text == "" {
		return 0
	}
	box, height := set(face, width, text, style)
	s.ctx.DrawText(x, y, box)
	return height
}

// Fitted writes a paragraph as Text does, in the largest letters from most to least points
// in which it is no higher than a height; what does not fit then ends in an ellipsis.
func (s *Sheet) Fitted(x, y, width, height float64, text string, style Style, least float64) float64 {
	for ; style.Points > least; style.Points-- {
		if s.measure(width, text, style) <= height {
			return s.Text(x, y, width, text, style)
		}
	}
	whole := []rune(text)
	for n := len(whole); n > 0 && s.measure(width, text, style) > height; n -= 1 + n/20 {
		text = models.Truncate(string(whole), n)
	}
	return s.Text(x, y, width, text, style)
}

// measure gives how high a paragraph would be; one word that is wider than the line
// counts as too high.
func (s *Sheet) measure(width float64, text string, style Style) float64 {
	face := s.face(style)
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '-' }) {
		if face.TextWidth(word) > width {
			return s.Height * 2
		}
	}
	_, height := set(face, width, text, style)
	return height
}

func (s *Sheet) face(style Style) *canvas.FontFace {
	weight := canvas.FontRegular
	if style.Bold {
		weight = canvas.FontBold
	}
	return s.fonts.Face(style.Points, style.Colour, weight, canvas.FontNormal)
}

// set breaks a paragraph into lines, and gives how high it is.
func set(face *canvas.FontFace, width float64, text string, style Style) (*canvas.Text, float64) {
	align := canvas.Left
	if style.Centre {
		align = canvas.Center
	}
	box := canvas.NewTextBox(face, text, width, 0, align, canvas.Top, &canvas.TextOptions{LineStretch: lineStretch})
	return box, float64(box.Lines()) * face.LineHeight() * (1 + lineStretch)
}

// writable leaves out what the font has no sign for: pictures and the like. Letters that
// it does not have are noted, since a name without them would be another.
func (s *Sheet) writable(face *canvas.FontFace, text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case face.Font.SFNT.GlyphIndex(r) != 0:
			return r
		case unicode.IsLetter(r) || unicode.IsMark(r) && !unicode.Is(unicode.Variation_Selector, r) || unicode.IsDigit(r):
			s.unwritable += string(r)
		}
		return -1
	}, text))
}

// Code draws the QR code (ISO/IEC 18004) of an address, with an error correction that
// stands a quarter of it being dirty. Around it stay the four modules of white that readers need.
func (s *Sheet) Code(x, y, size float64, address string) error {
	code, err := qr.Encode(address, qr.Q, qr.Auto)
	if err != nil {
		return models.Wrap(models.Internal, "The QR code could not be drawn.", err)
	}
	const quiet = 4
	n := code.Bounds().Dx()
	module := size / float64(n+2*quiet)
	s.Fill(x, y, size, size, White)
	modules := &canvas.Path{}
	for row := range n {
		for col := 0; col < n; col++ {
			from := col
			for col < n && dark(code.At(col, row)) {
				col++
			}
			if col > from {
				// Rows touch: a hair of white between them would be seen on screens.
				modules = modules.Append(canvas.Rectangle(float64(col-from)*module, module*1.01).Translate(float64(quiet+from)*module, float64(quiet+row)*module))
			}
		}
	}
	s.ctx.SetFillColor(canvas.Black)
	s.ctx.SetStrokeColor(canvas.Transparent)
	s.ctx.DrawPath(x, y, modules)
	return nil
}

func dark(c color.Color) bool {
	r, _, _, _ := c.RGBA()
	return r == 0
}

// Write gives the sheet as a file; wide is how many pixels a PNG is wide. The error is
// Conflict when it has letters that the fonts do not have.
func (s *Sheet) Write(as Format, wide int) ([]byte, error) {
	if s.unwritable != "" {
		return nil, models.Errorf(models.Conflict, "This file cannot be made: its font does not have the letters “%s”. Print the page instead: it shows them.", models.Truncate(s.unwritable, 20))
	}
	var out bytes.Buffer
	err := s.write(&out, as, wide)
	if err != nil {
		err = models.Wrap(models.Internal, "The file could not be written.", err)
	}
	return out.Bytes(), err
}

func (s *Sheet) write(out *bytes.Buffer, as Format, wide int) error {
	switch as {
	case PDF:
		to := pdf.New(out, s.Width, s.Height, nil)
		// The library writes the name of the creating program where the language belongs, so it is given that.
		language := string(s.language)
		to.SetInfo(s.title, s.about, "", "Grassroots", language)
		to.SetLang(language)
		s.on.RenderTo(to)
		return to.Close()
	case SVG:
		to := svg.New(out, s.Width, s.Height, &svg.Options{SizeUnits: "mm"})
		s.on.RenderTo(outlined{to})
		if err := to.Close(); err != nil {
			return err
		}
		titled := s.described(out.String())
		out.Reset()
		out.WriteString(titled)
		return nil
	}
	return png.Encode(out, rasterizer.Draw(s.on, canvas.DPMM(float64(wide)/s.Width), canvas.DefaultColorSpace))
}
