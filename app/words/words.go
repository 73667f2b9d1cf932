// Package words says pages, errors and e-mails in another language than the
// English in which they are written.
//
// It works on what is finished: a page is made in English, and for a reader of
// Welsh each sentence of it is looked up in a catalogue of messages, whose ids are
// the English sentences. So templates stay readable, no page can forget to ask for
// a translation, a sentence is translated whole, with its links in the order that
// its language wants, and readers of English pay nothing. What people wrote is
// left alone: see HTML.
package words

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"grassroots/models"
)

//go:embed catalogue/*.json
var files embed.FS

// Book knows the words of every language that pages are shown in.
type Book struct {
	catalogues map[models.Language]*catalogue
	scripts    map[models.Language]map[string]string
}

// catalogue holds the messages of one language.
type catalogue struct {
	localizer *i18n.Localizer
	// counted says of each id whether its words depend on its first number.
	counted  map[string]bool
	patterns []pattern
}

// pattern is a message whose id has places for names: "Remove filter {a}".
type pattern struct {
	id    string
	parts []string // of the id, between the places
	names []string // of the places, in the order of the id
	loose bool     // it has small words alone
}

// Load reads the catalogues that are part of the program. It fails only when
// they are not what go-i18n reads.
func Load() (*Book, error) { return embedded() }

// The catalogues are read once: they are part of the program and never change.
var embedded = sync.OnceValues(func() (*Book, error) { return load(files) })

func load(from fs.FS) (*Book, error) {
	bundle := i18n.NewBundle(language.BritishEnglish)
	b := &Book{catalogues: map[models.Language]*catalogue{}, scripts: map[models.Language]map[string]string{}}
	paths, err := fs.Glob(from, "catalogue/*.json")
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		file, err := bundle.LoadMessageFileFS(from, path)
		if err != nil {
			return nil, fmt.Errorf("the messages in %s cannot be read: %w", path, err)
		}
		lang := models.Language(file.Tag.String())
		cat := b.catalogues[lang]
		if cat == nil {
			cat = &catalogue{localizer: i18n.NewLocalizer(bundle, string(lang)), counted: map[string]bool{}}
			b.catalogues[lang], b.scripts[lang] = cat, map[string]string{}
		}
		for _, m := range file.Messages {
			if _, twice := cat.counted[m.ID]; twice {
				return nil, fmt.Errorf("%s has a message that another place has already: %q", path, m.ID)
			}
			cat.add(m)
			if strings.HasPrefix(path, scriptMessages) {
				b.scripts[lang][m.ID] = m.Other
			}
		}
	}
	for _, cat := range b.catalogues {
		// The one that says most comes first: "Edit the case study {a}" before "Edit {a}".
		slices.SortStableFunc(cat.patterns, func(a, b pattern) int {
			return len(strings.Join(b.parts, "")) - len(strings.Join(a.parts, ""))
		})
	}
	return b, nil
}

// scriptMessages begins the paths of the messages that scripts say.
const scriptMessages = "catalogue/scripts."

var place = regexp.MustCompile(`\{[a-z]\}`)

func (cat *catalogue) add(m *i18n.Message) {
	cat.counted[m.ID] = m.Few != ""
	if names := place.FindAllString(m.ID, -1); len(names) > 0 {
		cat.patterns = append(cat.patterns, pattern{id: m.ID, parts: place.Split(m.ID, -1), names: names, loose: small.MatchString(m.ID)})
	}
}

// Scripts gives the sentences that scripts say by themselves in a language, by
// their English; none for English, in which the scripts are written.
func (b *Book) Scripts(lang models.Language) map[string]string { return b.scripts[lang] }

// Has tells whether there is a catalogue of a language.
func (b *Book) Has(lang models.Language) bool { return b.catalogues[lang] != nil }

// Text says a line of plain text, an error or a label, in a language. What the
// catalogue does not have comes back as it is, and ok is false then, unless
// there is no word in it.
func (b *Book) Text(lang models.Language, text string) (said string, ok bool) {
	cat := b.catalogues[lang]
	if cat == nil {
		return text, lang == models.English
	}
	trimmed := strings.TrimSpace(text)
	if !hasWords(trimmed) {
		return text, true
	}
	said, ok = cat.say(keyOf(trimmed))
	if !ok {
		return text, false
	}
	start := strings.Index(text, trimmed)
	return text[:start] + said + text[start+len(trimmed):], true
}

// key is a message as the catalogue has it, with what stood in it.
type key struct {
	id string
	// numbers are what stood where the id has "#".
	numbers []string
}

var (
	number = regexp.MustCompile(`\d+(?:[.,:]\d+)*|#`)
	space  = regexp.MustCompile(`[ \t\r\n]+`)
	word   = regexp.MustCompile(`\pL\pL`)
)

// name is what stands for itself: a handle, an address, the name of an event.
var name = regexp.MustCompile(`^(?:@[\w-]+|[a-z_]+\.[a-z_]+|https?://\S+)$`)

// hasWords tells whether there is something to translate in a text: two letters
// beside one another.
func hasWords(text string) bool {
	return word.MatchString(text) && !name.MatchString(strings.TrimSpace(text))
}

// keyOf makes the key of a text: white space as one space, every number as "#".
func keyOf(text string) key {
	text = space.ReplaceAllString(text, " ")
	var k key
	k.id = number.ReplaceAllStringFunc(text, func(n string) string {
		k.numbers = append(k.numbers, n)
		return "#"
	})
	return k
}

// say looks a key up, whole or by a pattern.
func (cat *catalogue) say(k key) (string, bool) {
	if said, ok := cat.localize(k.id, k.numbers); ok {
		return withNumbers(said, k.numbers), true
	}
	for i := range cat.patterns {
		if said, ok := cat.patterns[i].match(cat, k); ok {
			return said, true
		}
	}
	return "", false
}

// localize gives the message of an id as go-i18n chooses it: by the first number,
// where its words depend on one.
func (cat *catalogue) localize(id string, numbers []string) (string, bool) {
	counted, ok := cat.counted[id]
	if !ok {
		return "", false
	}
	config := i18n.LocalizeConfig{MessageID: id}
	if counted && len(numbers) > 0 {
		config.PluralCount = strings.ReplaceAll(numbers[0], ",", "")
	}
	said, err := cat.localizer.Localize(&config)
	var missing *i18n.MessageNotFoundErr
	if errors.As(err, &missing) || said == "" {
		return "", false
	}
	return said, true
}

// match says a key that has names where the pattern has places. What stands in a
// place is said in the language too, where the catalogue has just that.
func (p *pattern) match(cat *catalogue, k key) (string, bool) {
	rest, ok := strings.CutPrefix(k.id, p.parts[0])
	if !ok || !strings.HasSuffix(k.id, p.parts[len(p.parts)-1]) {
		return "", false
	}
	values, at := map[string]string{}, strings.Count(p.parts[0], "#")
	own := k.numbers[:min(at, len(k.numbers)):min(at, len(k.numbers))]
	for i, name := range p.names {
		end := len(rest) - len(p.parts[i+1])
		if i+1 < len(p.names) {
			if end = strings.Index(rest, p.parts[i+1]); p.parts[i+1] == "" {
				return "", false
			}
		}
		if end <= 0 || rest[end:end+len(p.parts[i+1])] != p.parts[i+1] {
			return "", false
		}
		inside := key{id: rest[:end]}
		n := strings.Count(inside.id, "#")
		inside.numbers, at = k.numbers[at:at+n], at+n
		if values[name], ok = cat.inside(inside); !ok && p.loose && common.MatchString(inside.id) {
			return "", false
		}
		n = strings.Count(p.parts[i+1], "#")
		own, at = append(own, k.numbers[at:at+n]...), at+n
		rest = rest[end+len(p.parts[i+1]):]
	}
	said, ok := cat.localize(p.id, own)
	if !ok {
		return "", false
	}
	said = withNumbers(said, own)
	return place.ReplaceAllStringFunc(said, func(name string) string { return values[name] }), true
}

// inside says what stands in a place of a pattern; ok is false where it stays as it is.
func (cat *catalogue) inside(k key) (said string, ok bool) {
	if said, ok := cat.localize(k.id, k.numbers); ok {
		return withNumbers(said, k.numbers), true
	}
	return withNumbers(k.id, k.numbers), false
}

// small is a pattern whose only words join what stands around them, "{a} of {b}": it fits
// nearly every sentence. It is for names and for what the catalogue has, and for nothing
// in which other words of English would stay.
var small = regexp.MustCompile(`^\{a\}(?:,? (?:and|as|at|by|for|from|in|of|on|or|the|to|with))+ \{b\}$`)

// common is a word that is no name.
var common = regexp.MustCompile(`(?:^|[ (])\p{Ll}\pL+`)

var numberPlace = regexp.MustCompile(`#[1-9]?`)

// withNumbers puts the numbers back: "#" is the next one, "#2" the second.
func withNumbers(said string, numbers []string) string {
	if !strings.Contains(said, "#") {
		return said
	}
	next := 0
	return numberPlace.ReplaceAllStringFunc(said, func(mark string) string {
		i := next
		if len(mark) > 1 {
			i, _ = strconv.Atoi(mark[1:])
			i--
		} else {
			next++
		}
		if i >= len(numbers) {
			return mark
		}
		return numbers[i]
	})
}

// ID gives the id under which the catalogue has a plain text.
func ID(text string) string { return keyOf(strings.TrimSpace(text)).id }
