package personal

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"grassroots/models"
)

// Text is one field of what is to be stored.
type Text struct {
	Field string
	Value string
	Allow []Kind // what is in its place there
}

// Place is a finding in a field, without what was found: the words around it
// say where it is.
type Place struct {
	Field         string
	Kind          Kind
	Certain       bool
	Before, After string
	// Key tells this place from others of the same form, by its kind and the
	// words around it.
	Key string
}

// Check gives the places of some texts in which something was found. Those of a
// field that cannot be told apart are one.
func Check(texts []Text, o Options) []Place {
	var out []Place
	for _, t := range texts {
		o.Allow = t.Allow
		found := Find(t.Value, o)
		seen, runes := map[string]bool{}, runesOf(t.Value, found)
		for n, f := range found {
			k := key(runes, found, n)
			if seen[k] {
				continue
			}
			seen[k] = true
			before, after := around(runes, found, n)
			out = append(out, Place{Field: t.Field, Kind: f.Kind, Certain: f.Certain, Before: before, After: after, Key: k})
		}
	}
	return out
}

// RedactKeys redacts the findings of a text whose places have one of some keys,
// and tells whether there were any.
func RedactKeys(text string, o Options, keys map[string]bool) (string, bool) {
	found := Find(text, o)
	var gone []Finding
	runes := runesOf(text, found)
	for n := range found {
		if keys[key(runes, found, n)] {
			gone = append(gone, found[n])
		}
	}
	return Redact(text, gone), len(gone) > 0
}

// Unchanged gives the keys of the doubtful places of some texts whose findings
// stood in former texts already: who wrote them was asked then.
func Unchanged(texts, former []Text, o Options) map[string]bool {
	stood := map[string]bool{}
	each(former, o, func(_ []Finding, _ int, value string, _ []rune) { stood[value] = true })
	out := map[string]bool{}
	each(texts, o, func(found []Finding, n int, value string, text []rune) {
		if stood[value] {
			out[key(text, found, n)] = true
		}
	})
	return out
}

// runesOf gives the characters of a text, when anything was found in it.
func runesOf(text string, found []Finding) []rune {
	if len(found) == 0 {
		return nil
	}
	return []rune(text)
}

func each(texts []Text, o Options, visit func(found []Finding, n int, value string, text []rune)) {
	for _, t := range texts {
		o.Allow = t.Allow
		found := Find(t.Value, o)
		runes := runesOf(t.Value, found)
		for n, f := range found {
			if !f.Certain {
				visit(found, n, string(f.Kind)+":"+string(runes[f.Start:f.End]), runes)
			}
		}
	}
}

// keyLetters is how many letters on either side of a place are in its key, and
// keyWidth how many characters are looked at for them: a text may have no
// letters at all.
const (
	keyLetters = 20
	keyWidth   = 80
)

// key names a place by its kind and the letters around it on its line, which
// are the same in a form and in what is made of it.
func key(runes []rune, found []Finding, n int) string {
	near := neighbours(found, n)
	hidden := func(i int) bool {
		return slices.ContainsFunc(near, func(f Finding) bool { return f.Start <= i && i < f.End })
	}
	var around []byte
	walk := func(i, step int) {
		for seen, looked := 0, 0; i >= 0 && i < len(runes) && seen < keyLetters && looked < keyWidth; i, looked = i+step, looked+1 {
			r := runes[i]
			if r == '\n' || r == ',' {
				return
			}
			c, ok := plain(r)
			if !ok || !isLetter(c) || hidden(i) {
				continue
			}
			around = append(around, c|0x20)
			seen++
		}
	}
	walk(found[n].Start-1, -1)
	around = append(around, '|')
	walk(found[n].End, 1)
	sum := fnv.New64a()
	sum.Write(around)
	return fmt.Sprintf("%s-%x", found[n].Kind, sum.Sum64())
}

// Refusal is the error of a save that was stopped. It holds no value.
type Refusal struct{ Places []Place }

// Error gives the sentence for people.
func (r *Refusal) Error() string { return r.problem().Error() }

// Unwrap makes the refusal answer as input that breaks a rule.
func (r *Refusal) Unwrap() error { return r.problem() }

// Certain tells whether one of the places is certain.
func (r *Refusal) Certain() bool {
	return slices.ContainsFunc(r.Places, func(p Place) bool { return p.Certain })
}

func (r *Refusal) problem() *models.Error {
	e := &models.Error{Kind: models.Invalid, Message: "Nothing was saved, because it may hold personal data. Say of each place what it is, or take it out."}
	if r.Certain() {
		e.Message = "Nothing was saved, because it holds personal data or a secret. Take it out: " + r.Places[0].Sentence() + "."
	}
	for _, p := range r.Places {
		e.Fields = append(e.Fields, models.FieldError{Field: p.Field, Message: p.Sentence()})
	}
	return e
}

// Sentence says what is where.
func (p Place) Sentence() string {
	what := "This looks like " + p.Kind.withArticle()
	if !p.Certain {
		what = "This may be " + p.Kind.withArticle()
	}
	where := strings.TrimSpace(p.Before + "[…]" + p.After)
	if where == "[…]" {
		return what
	}
	return what + ": “" + where + "”"
}

func (k Kind) withArticle() string {
	switch k {
	case NHSNumber, Address, Email:
		return "an " + k.Label()
	}
	return "a " + k.Label()
}

// Answers is what a writer said of doubtful places.
type Answers struct {
	ByKey  map[string]string // reasons, by the key of the place
	ByKind map[Kind]string   // reasons for all of a kind
}

// Reason gives the reason to let a place stand.
func (a Answers) Reason(p Place) (string, bool) {
	if reason, ok := a.ByKey[p.Key]; ok {
		return reason, true
	}
	reason, ok := a.ByKind[p.Kind]
	return reason, ok
}

type answersKey struct{}

// WithAnswers gives a context in which the answers hold.
func WithAnswers(ctx context.Context, a Answers) context.Context {
	return context.WithValue(ctx, answersKey{}, a)
}

// AnswersIn gives the answers of a context.
func AnswersIn(ctx context.Context) Answers {
	a, _ := ctx.Value(answersKey{}).(Answers)
	return a
}

// ForAll gives the answer that every doubtful place may stand, for one reason.
func ForAll(reason string) Answers {
	a := Answers{ByKind: map[Kind]string{}}
	for _, k := range Kinds() {
		a.ByKind[k] = reason
	}
	return a
}

// Texts gives the texts of a document, with what is in its place in each: the
// names and addresses of its authors, who wrote them down for others to ask.
func Texts(d models.Document) []Text {
	var out []Text
	d.EachText(func(field, text string) string {
		if text != "" {
			out = append(out, Text{Field: field, Value: text, Allow: AllowedIn(field)})
		}
		return text
	})
	return out
}

// Rule gives a rule of documents: that nothing in one is certainly personal.
func Rule(o Options) func(*models.Document) error {
	return func(d *models.Document) error { return Stop(Texts(*d), o) }
}

// Stop gives a Refusal of what in some texts is certain, nil when nothing is.
func Stop(texts []Text, o Options) error {
	var certain []Place
	for _, p := range Check(texts, o) {
		if p.Certain {
			certain = append(certain, p)
		}
	}
	if len(certain) == 0 {
		return nil
	}
	return NewRefusal(certain)
}

// Doubtful gives a Refusal of what in some texts is in doubt and did not stand
// in former ones, nil when nothing is: for who has nobody to ask, and has to
// tell.
func Doubtful(texts, former []Text, o Options) error {
	var stood map[string]bool
	var doubtful []Place
	for _, p := range Check(texts, o) {
		if p.Certain {
			continue
		}
		if stood == nil {
			stood = Unchanged(texts, former, o)
		}
		if !stood[p.Key] {
			doubtful = append(doubtful, p)
		}
	}
	if len(doubtful) == 0 {
		return nil
	}
	return NewRefusal(doubtful)
}

// maxPlaces is how many places are told of at a time.
const maxPlaces = 50

// NewRefusal tells of places, the certain ones first.
func NewRefusal(places []Place) *Refusal {
	slices.SortStableFunc(places, func(a, b Place) int {
		switch {
		case a.Certain == b.Certain:
			return 0
		case a.Certain:
			return -1
		}
		return 1
	})
	return &Refusal{Places: places[:min(len(places), maxPlaces)]}
}

// AllowedIn gives what is in its place in a field of a document or a form.
func AllowedIn(field string) []Kind {
	if !strings.HasPrefix(field, "authors[") {
		return nil
	}
	switch {
	case strings.HasSuffix(field, ".name"):
		return []Kind{Name}
	case strings.HasSuffix(field, ".email"), strings.HasSuffix(field, ".contact"):
		return []Kind{Email}
	}
	return nil
}
