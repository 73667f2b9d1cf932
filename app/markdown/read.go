package markdown

import (
	"strings"

	"grassroots/models"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// read takes the contents list and the plain words out of rendered HTML, so
// that both are what a reader sees.
func read(safe string) ([]models.Heading, string) {
	var contents []models.Heading
	var words strings.Builder
	z := html.NewTokenizer(strings.NewReader(safe))
	skipping := atom.Atom(0) // the element whose text is not read
	headingFrom, code := 0, false
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return contents, strings.TrimSuffix(tidy(words.String()), "\n")
		}
		t := z.Token()
		if skipping != 0 {
			if kind == html.EndTagToken && t.DataAtom == skipping {
				skipping = 0
			}
			continue
		}
		switch kind {
		case html.TextToken:
			if !code { // elsewhere the end of a line is a space
				t.Data = strings.ReplaceAll(t.Data, "\n", " ")
			}
			words.WriteString(t.Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			switch t.DataAtom {
			case atom.Sup:
				skipping = atom.Sup
			case atom.A:
				if value(t, "role") == "doc-backlink" {
					skipping = atom.A
				}
			case atom.H2, atom.H3:
				headingFrom = words.Len()
				if len(contents) < maxContents {
					contents = append(contents, models.Heading{Level: int(t.Data[1] - '0'), ID: value(t, "id")})
				}
			case atom.Img:
				words.WriteString(value(t, "alt"))
			case atom.Pre:
				code = true
			case atom.Br:
				words.WriteByte('\n')
			}
		case html.EndTagToken:
			switch t.DataAtom {
			case atom.H2, atom.H3:
				if n := len(contents) - 1; contents[n].Text == "" {
					contents[n].Text = models.CleanLine(words.String()[headingFrom:])
				}
				words.WriteByte('\n')
			case atom.Pre:
				code = false
				words.WriteByte('\n')
			case atom.P, atom.H4, atom.H5, atom.H6, atom.Li, atom.Tr, atom.Blockquote, atom.Ul, atom.Ol:
				words.WriteByte('\n')
			case atom.Td, atom.Th:
				words.WriteByte(' ')
			}
		}
	}
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
	return b.String()
}
