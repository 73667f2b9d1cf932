package finding

import (
	"context"
	"errors"
	"html"
	"slices"
	"strings"
	"time"

	"grassroots/models"
	"grassroots/search"
)

// Query asks for things of any kind.
type Query struct {
	Text   string
	Kinds  []search.Kind // empty: all
	Cursor *models.Cursor
	Limit  int
}

// Hit is one thing that was found, as the database has it now.
type Hit struct {
	Kind      search.Kind
	ID        string
	Title     string
	Path      string // of its page
	Highlight string // HTML: the title, or a part of what else is said of it, with what matched in <mark>
}

// Found is the answer to a query.
type Found struct {
	Hits  []Hit
	Total int
	Next  string // cursor, empty on the last page
	Took  time.Duration
	Away  bool // the engine is away, so the database looked through case studies
}

// snippet is how much of a summary a highlight shows, in bytes.
const snippet = 240

// Search answers a query: the best match first. While the engine is away the
// database looks for the words in case studies.
func (f *Feature) Search(ctx context.Context, q Query) (Found, error) {
	began := f.site.Now()
	q.Text = models.Truncate(models.CleanLine(q.Text), models.MaxQuery)
	if q.Text == "" {
		return Found{}, models.E(models.BadRequest, "Say what to search for, in “q”.")
	}
	found, err := f.fromEngine(ctx, q)
	f.site.NoteSearch(err)
	if errors.Is(err, search.ErrUnavailable) {
		f.site.Log.WarnContext(ctx, "search answered from the database", "error", err)
		found, err = f.fromDatabase(ctx, q)
	}
	found.Took = f.site.Now().Sub(began)
	return found, err
}

var errOtherCursor = models.E(models.BadRequest, "The search engine has come or gone since this cursor was given. Start again from the first page.")

func (f *Feature) fromEngine(ctx context.Context, q Query) (Found, error) {
	offset := 0
	if q.Cursor != nil {
		offset = q.Cursor.Offset
	}
	result, err := f.site.Index.Search(ctx, search.Query{Text: q.Text, Kinds: q.Kinds, Offset: offset, Limit: q.Limit})
	if errors.Is(err, search.ErrBadQuery) {
		err = models.Wrap(models.BadRequest, "There is no kind of that name.", err)
	}
	if err == nil && q.Cursor != nil && offset == 0 { // a place that the database gave
		err = errOtherCursor
	}
	if err != nil {
		return Found{}, err
	}
	found := Found{Total: result.Total}
	if found.Hits, err = f.now(ctx, result.Hits, q.Text); err != nil {
		return Found{}, err
	}
	// What was withdrawn a moment ago the engine still counts.
	found.Total -= len(result.Hits) - len(found.Hits)
	if to := offset + q.Limit; len(result.Hits) > 0 && offset+len(result.Hits) < result.Total && to <= models.MaxOffset {
		found.Next = models.Cursor{Sort: models.SortRelevance, Offset: to}.String()
	}
	return found, nil
}

// fromDatabase looks for the words of the query in case studies alone.
func (f *Feature) fromDatabase(ctx context.Context, q Query) (Found, error) {
	found := Found{Away: true}
	if len(q.Kinds) > 0 && !slices.Contains(q.Kinds, search.KindCaseStudy) {
		return found, nil
	}
	if q.Cursor != nil && q.Cursor.Offset > 0 {
		return found, errOtherCursor
	}
	page, err := f.studies.Find(ctx, models.ListQuery{Text: q.Text, Sort: models.SortRelevance, Limit: q.Limit, Cursor: q.Cursor})
	if err != nil {
		return found, err
	}
	highlighter := f.site.Highlighter(ctx)
	for _, s := range page.Items {
		found.Hits = append(found.Hits, hit(highlighter, search.KindCaseStudy, s.ID, s.Title, s.Summary, "/case-studies/"+s.Slug, q.Text))
	}
	found.Total, found.Next = page.Total, page.Next
	return found, nil
}

// now reads what was found from the database, in one statement a kind: an
// index may lag behind, and what is withdrawn is not to be shown. The order is
// the engine's.
func (f *Feature) now(ctx context.Context, hits []search.Hit, text string) ([]Hit, error) {
	ids := map[search.Kind][]string{}
	for _, h := range hits {
		ids[h.Kind] = append(ids[h.Kind], h.ID)
	}
	type key struct {
		kind search.Kind
		id   string
	}
	byKey := map[key]Hit{}
	highlighter := f.site.Highlighter(ctx)
	for kind, wanted := range ids {
		if kind == search.KindCaseStudy {
			list, err := f.store.SummariesByID(ctx, wanted)
			if err != nil {
				return nil, err
			}
			for _, s := range list {
				byKey[key{kind, s.ID}] = hit(highlighter, kind, s.ID, s.Title, s.Summary, "/case-studies/"+s.Slug, text)
			}
			continue
		}
		docs, err := f.documents(ctx, kind, wanted)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			byKey[key{kind, d.ID}] = hit(highlighter, kind, d.ID, d.Title, d.Summary, d.URL, text)
		}
	}
	out := make([]Hit, 0, len(hits))
	for _, h := range hits {
		if found, ok := byKey[key{h.Kind, h.ID}]; ok {
			out = append(out, found)
		}
	}
	return out, nil
}

func hit(highlighter search.Highlighter, kind search.Kind, id, title, summary, path, text string) Hit {
	h := Hit{Kind: kind, ID: id, Title: title, Path: path}
	spans := highlighter.Highlight(title, text)
	if len(spans) == 0 {
		if part, inside := highlighter.Snippet(summary, text, snippet); len(inside) > 0 {
			h.Highlight = marked(part, inside)
			return h
		}
	}
	h.Highlight = marked(title, spans)
	return h
}

// marked is a text as HTML, with parts of it in <mark>.
func marked(text string, spans []search.Span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(html.EscapeString(text[at:s.Start]))
		b.WriteString("<mark>" + html.EscapeString(text[s.Start:s.End]) + "</mark>")
		at = s.End
	}
	b.WriteString(html.EscapeString(text[at:]))
	return b.String()
}
