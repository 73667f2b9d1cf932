package markdown

import (
	"strings"

	"grassroots/models"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// reader gathers what a reader sees of rendered HTML.
type reader struct {
	contents []models.Heading
	words    strings.Builder
	skipping atom.Atom // the element whose text is not read
	heading  int       // where the words of the last heading begin
	code     bool      // inside a code block
}

// read takes the contents list and the plain words out of rendered HTML, so
// that both are what a reader sees.
func read(safe string) ([]models.Heading, string) {
	var r reader
	z := html.NewTokenizer(strings.NewReader(safe))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return r.contents, tidy(r.words.String())
		}
		t := z.Token()
		switch {
		case r.skipping != 0:
			if kind == html.EndTagToken && t.DataAtom == r.skipping {
				r.skipping = 0
			}
		case kind == html.TextToken:
			if !r.code { // elsewhere the end of a line is a space
				t.Data = strings.ReplaceAll(t.Data, "\n", " ")
			}
			r.words.WriteString(t.Data)
		case kind == html.StartTagToken:
			r.open(t)
		case kind == html.EndTagToken:
			r.close(t)
		}
	}
}

func (r *reader) open(t html.Token) {
	switch t.DataAtom {
	case atom.Sup:
		r.skipping = atom.Sup
	case atom.A:
		if value(t, "role") == "doc-backlink" || value(t, "class") == "gr-anchor" {
			r.skipping = atom.A
		}
	case atom.H2, atom.H3:
		r.heading = r.words.Len()
		if len(r.contents) < maxContents {
			r.contents = append(r.contents, models.Heading{Level: int(t.Data[1] - '0'), ID: value(t, "id")})
		}
	case atom.Img:
		r.words.WriteString(value(t, "alt"))
	case atom.Pre:
		r.code = true
	case atom.Br:
		r.words.WriteByte('\n')
	}
}

func (r *reader) close(t html.Token) {
	switch t.DataAtom {
	case atom.H2, atom.H3:
		if last := &r.contents[len(r.contents)-1]; last.Text == "" {
			last.Text = models.CleanLine(r.words.String()[r.heading:])
		}
	case atom.Td, atom.Th:
		r.words.WriteByte(' ')
		return
	case atom.Pre:
		r.code = false
	case atom.P, atom.H4, atom.H5, atom.H6, atom.Li, atom.Tr, atom.Blockquote, atom.Ul, atom.Ol:
	default:
		return
	}
	r.words.WriteByte('\n')
}

// value gives an attribute of a tag.
func value(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// tidy takes out empty lines and folds white space.
func tidy(words string) string {
	var b strings.Builder
	for line := range strings.Lines(words) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			b.WriteString(line)
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
