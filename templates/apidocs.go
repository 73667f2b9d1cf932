package templates

import "strings"

// APIDocsPage says what programs can do.
type APIDocsPage struct {
	BaseURL string
	Groups  []APIGroup
}

// APIGroup is the operations on one kind of thing.
type APIGroup struct {
	Name       string
	Operations []APIOperation
}

// APIOperation is one thing that a program can do.
type APIOperation struct {
	ID, Method, Path, Summary string
	Description               string // with `code` in it
	NeedsToken                bool
	Parameters                []APIField
	Sends                     []APIField
	Gives                     []APIField
	Curl                      string
	Answers                   []APIAnswer
}

// APIField is one parameter, or one field of what is sent or given.
type APIField struct {
	Name, Type  string
	Required    bool
	Description string // with `code` in it
}

func (f APIField) typeText() string {
	if f.Required {
		return f.Type + ", required"
	}
	return f.Type
}

// APIAnswer is one status that an operation may answer with.
type APIAnswer struct {
	Status, Text string
}

// anchor is the id of the group on its page.
func (g APIGroup) anchor() string { return strings.ReplaceAll(strings.ToLower(g.Name), " ", "-") }

// methodColour tells reading, adding, changing and taking away apart; the word
// itself says which it is.
func methodColour(method string) Colour {
	switch method {
	case "GET":
		return Blue
	case "POST":
		return Green
	case "PUT":
		return Yellow
	case "DELETE":
		return Red
	}
	return Grey
}

// codePiece is a part of a sentence.
type codePiece struct {
	text string
	code bool
}

// codePieces cuts a sentence at its backquotes.
func codePieces(text string) []codePiece {
	var out []codePiece
	for i, part := range strings.Split(text, "`") {
		if part != "" {
			out = append(out, codePiece{part, i%2 == 1})
		}
	}
	return out
}
