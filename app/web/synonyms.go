package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
)

// SynonymsSetting is the name under which the admin's synonyms are kept.
const SynonymsSetting = "synonyms"

// synonymsTimeout bounds how long a page that finds the synonyms changed waits
// for the search engine to take them.
const synonymsTimeout = 2 * time.Second

// wordList is what the table of synonyms is made of.
type wordList struct {
	text   string     // the admin's; empty for the program's own
	groups [][]string // names of one system or standard
}

// table makes the table that searches are to be answered with.
func (l wordList) table() (search.Synonyms, error) {
	table := search.DefaultSynonyms()
	if l.text != "" {
		var err error
		if table, err = search.ParseSynonyms(strings.NewReader(l.text)); err != nil {
			return table, err
		}
	}
	return table.With(l.groups), nil
}

// fingerprint tells one list from another.
func (l wordList) fingerprint() string {
	sum := sha256.New()
	sum.Write([]byte(l.text)) // a hash never fails to write
	for _, g := range l.groups {
		sum.Write([]byte("\x00" + strings.Join(g, "\x01")))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// listWords reads the admin's synonyms and puts the names of systems and standards
// beside them. Proposals are left out, and so are the honest stand-ins ("Paper",
// "File exchange"): their other names are everyday words.
func listWords(ctx context.Context, st *store.Store, systems []models.System, standards []models.Standard) (wordList, error) {
	text, err := st.Setting(ctx, SynonymsSetting)
	if err != nil && models.KindOf(err) != models.NotFound {
		return wordList{}, err
	}
	l := wordList{text: text}
	for _, s := range systems {
		if s.Confirmed && s.Kind != models.KindGeneric {
			l.groups = append(l.groups, append([]string{s.Name}, s.Aliases...))
		}
	}
	for _, s := range standards {
		if s.Confirmed && s.Kind != models.KindLocal {
			l.groups = append(l.groups, append([]string{s.Name}, s.Aliases...))
		}
	}
	return l, nil
}

// RefreshSynonyms gives the search engine and the highlighter the table as it
// is now: after a start, when an admin has saved it, or when the lists of
// systems and standards have changed. Other nodes follow when they next read
// those lists.
func (s *Site) RefreshSynonyms(ctx context.Context) error {
	ctx = store.Fresh(ctx)
	systems, err := s.Store.Systems(ctx)
	if err != nil {
		return err
	}
	standards, err := s.Store.Standards(ctx)
	if err != nil {
		return err
	}
	list, err := listWords(ctx, s.Store, systems, standards)
	if err != nil {
		return err
	}
	return s.useSynonyms(ctx, list)
}

// followSynonyms takes up what another node has changed. While the search
// engine cannot take it, results are marked by it all the same, and it is
// offered again with the next reading of the lists.
func (s *Site) followSynonyms(ctx context.Context, list wordList) {
	if used := s.synonyms.Load(); used != nil && *used == list.fingerprint() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, synonymsTimeout)
	defer cancel()
	if err := s.useSynonyms(ctx, list); err != nil && !errors.Is(err, search.ErrUnavailable) {
		s.Log.WarnContext(ctx, "the synonyms could not be put to use", "error", err)
	}
}

func (s *Site) useSynonyms(ctx context.Context, list wordList) error {
	table, err := list.table()
	if err != nil {
		return err
	}
	now := list.fingerprint()
	if before := s.marking.Swap(&now); before == nil || *before != now {
		s.highlight(table)
		s.Changed()
	}
	if err := s.Index.SetSynonyms(ctx, table); err != nil {
		return err
	}
	s.synonyms.Store(&now)
	return nil
}
