package sharing

import (
	"slices"
	"strings"

	"grassroots/app/sheets"
	"grassroots/models"
)

const brand = "Grassroots"

// drawPoster draws an A4 sheet, upright.
func drawPoster(n *notice) (*sheets.Sheet, error) {
	const width, height, margin, head, size = 210, 297, 18, 128, 74
	s, err := sheets.New(width, height, n.language, n.title, n.said())
	if err != nil {
		return nil, err
	}
	s.Fill(0, 0, width, head, sheets.Blue)
	s.Text(margin, 14, width-2*margin, brand, sheets.Style{Points: 15, Bold: true, Colour: sheets.White})
	y := 30.0
	y += s.Text(margin, y, width-2*margin, n.kind, sheets.Style{Points: 17, Colour: sheets.White}) + 3
	s.Fitted(margin, y, width-2*margin, head-y-12, n.title, sheets.Style{Points: 48, Bold: true, Colour: sheets.White}, 18)
	y = head + 12
	if n.sponsor != "" {
		y += s.Fitted(margin, y, width-2*margin, 16, n.sponsor, sheets.Style{Points: 17, Bold: true, Colour: sheets.Black}, 11) + 4
	}
	const below = height - margin - size
	s.Fitted(margin, y, width-2*margin, below-y-8, models.Truncate(n.lead, leadOnPaper), sheets.Style{Points: 20, Colour: sheets.Black}, 10)
	if err := s.Code(margin-6, below, size, n.url); err != nil {
		return nil, err
	}
	right := margin + size + 4.0
	y = below + 6
	y += s.Text(right, y, width-margin-right, n.action, sheets.Style{Points: 19, Bold: true, Colour: sheets.Blue}) + 3
	for _, fact := range n.facts {
		y += s.Text(right, y, width-margin-right, fact, sheets.Style{Points: 13, Colour: sheets.Black}) + 2
	}
	s.Fitted(margin, height-margin+1, width-2*margin, 8, n.host, sheets.Style{Points: 12, Colour: sheets.Grey}, 6)
	return s, nil
}

// drawSlide draws a slide of 16 to 9, as large as programs for presentations make them.
func drawSlide(n *notice) (*sheets.Sheet, error) {
	const width, height, margin, left, size = 338.667, 190.5, 16, 218, 88
	s, err := sheets.New(width, height, n.language, n.title, n.said())
	if err != nil {
		return nil, err
	}
	s.Fill(0, 0, left, height, sheets.Blue)
	s.Text(margin, 14, left-2*margin, brand, sheets.Style{Points: 18, Bold: true, Colour: sheets.White})
	y := 32.0
	y += s.Text(margin, y, left-2*margin, n.kind, sheets.Style{Points: 20, Colour: sheets.White}) + 3
	y += s.Fitted(margin, y, left-2*margin, 84, n.title, sheets.Style{Points: 50, Bold: true, Colour: sheets.White}, 20) + 6
	if n.sponsor != "" {
		y += s.Fitted(margin, y, left-2*margin, 16, n.sponsor, sheets.Style{Points: 20, Colour: sheets.White}, 12) + 5
	}
	s.Fitted(margin, y, left-2*margin, height-margin-y, strings.Join(n.facts, "\n"), sheets.Style{Points: 18, Colour: sheets.White}, 10)
	x := left + (width-left-size)/2
	if err := s.Code(x, 26, size, n.url); err != nil {
		return nil, err
	}
	y = 26 + size + 2
	y += s.Text(left+8, y, width-left-16, n.action, sheets.Style{Points: 19, Bold: true, Colour: sheets.Blue, Centre: true}) + 3
	s.Fitted(left+8, y, width-left-16, 24, n.host, sheets.Style{Points: 13, Colour: sheets.Black, Centre: true}, 6)
	return s, nil
}

// drawCode draws the QR code by itself.
func drawCode(n *notice) (*sheets.Sheet, error) {
	const size = 80
	s, err := sheets.New(size, size, n.language, n.title, n.url)
	if err != nil {
		return nil, err
	}
	return s, s.Code(0, 0, size, n.url)
}

// said is what the drawing says in words, for those who cannot see it.
func (n *notice) said() string {
	said := slices.DeleteFunc(append([]string{n.kind, n.sponsor, n.lead}, n.facts...), func(s string) bool { return s == "" })
	return strings.Join(append(said, n.url), " · ")
}
