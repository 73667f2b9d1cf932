package web

import (
	"context"
	"strings"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
)

// SynonymsSetting is the name under which the admin's synonyms are kept.
const SynonymsSetting = "synonyms"

// Synonyms gives the table that searches are to be answered with: the one that
// an admin edited, or else the program's own, and the names of systems and
// standards, which moderators keep.
func Synonyms(ctx context.Context, st *store.Store) (search.Synonyms, error) {
	table := search.DefaultSynonyms()
	text, err := st.Setting(store.Fresh(ctx), SynonymsSetting)
	if err == nil {
		table, err = search.ParseSynonyms(strings.NewReader(text))
	}
	if err != nil && models.KindOf(err) != models.NotFound {
		return table, err
	}
	return withNames(ctx, st, table)
}

// withNames adds to a table that the names of one system or standard mean the
// same. Proposals are left out, and so are the honest stand-ins ("Paper",
// "File exchange"): their other names are everyday words.
func withNames(ctx context.Context, st *store.Store, table search.Synonyms) (search.Synonyms, error) {
	systems, err := st.Systems(ctx)
	if err != nil {
		return table, err
	}
	standards, err := st.Standards(ctx)
	if err != nil {
		return table, err
	}
	var groups [][]string
	for _, s := range systems {
		if s.Confirmed && s.Kind != models.KindGeneric {
			groups = append(groups, append([]string{s.Name}, s.Aliases...))
		}
	}
	for _, s := range standards {
		if s.Confirmed && s.Kind != models.KindLocal {
			groups = append(groups, append([]string{s.Name}, s.Aliases...))
		}
	}
	return table.With(groups), nil
}

// SetSynonyms gives the search engine and the highlighter a new table, with the
// names of systems and standards added.
func (s *Site) SetSynonyms(ctx context.Context, table search.Synonyms) error {
	table, err := withNames(ctx, s.Store, table)
	if err != nil {
		return err
	}
	return s.useSynonyms(ctx, table)
}

// RefreshSynonyms gives the search engine and the highlighter the table as it
// is now: after a start, or when the lists of systems and standards changed.
func (s *Site) RefreshSynonyms(ctx context.Context) error {
	table, err := Synonyms(ctx, s.Store)
	if err != nil {
		return err
	}
	return s.useSynonyms(ctx, table)
}

func (s *Site) useSynonyms(ctx context.Context, table search.Synonyms) error {
	if err := s.Index.SetSynonyms(ctx, table); err != nil {
		return err
	}
	s.highlight(table)
	s.Changed()
	return nil
}
