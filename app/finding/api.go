package finding

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/search"
)

// apiHit is one thing that was found.
type apiHit struct {
	Kind      string `json:"kind" enum:"case-study,person,organisation,system,standard,collection,campaign"`
	ID        string `json:"id" doc:"ULID of a case study or person, code of an organisation or standard, slug of a system."`
	Title     string `json:"title"`
	URL       string `json:"url" format:"uri" doc:"Its page."`
	Highlight string `json:"highlight" doc:"HTML: the title, or a part of the summary, with what matched in <mark> and all else escaped."`
}

type apiFound struct {
	Hits       []apiHit `json:"hits" doc:"The best match first."`
	Total      int      `json:"total" doc:"How many there are on all pages."`
	NextCursor *string  `json:"next_cursor" doc:"Cursor of the next page; null on the last."`
	TookMS     int64    `json:"took_ms" doc:"Milliseconds that the search took."`
	Degraded   bool     `json:"degraded,omitempty" doc:"True while the search engine is away: the database looks for exact words, in case studies alone."`
}

type apiSearchInput struct {
	web.PageParams
	Q    string   `query:"q" required:"true" minLength:"1" maxLength:"500" doc:"What to search for, as a person types it." example:"disharge leters"`
	Kind []string `query:"kind,explode" enum:"case-study,person,organisation,system,standard,collection,campaign" doc:"Only things of this kind; may be given several times."`
}

type apiSearchOutput struct{ Body apiFound }

// API adds the search.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "search", Method: http.MethodGet, Path: "/search", Tags: []string{"Search"},
		Summary:     "Search everything",
		Description: "Case studies, people, organisations, systems and standards. Misspelt words are forgiven, and words that mean the same in the NHS find one another."}, f.apiSearch)
}

func (f *Feature) apiSearch(ctx context.Context, in *apiSearchInput) (*apiSearchOutput, error) {
	q := Query{Text: in.Q, Limit: in.Limit}
	for _, k := range in.Kind {
		q.Kinds = append(q.Kinds, search.Kind(k))
	}
	var err error
	if q.Cursor, err = models.ParseCursor(in.Cursor); err != nil {
		return nil, err
	}
	found, err := f.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &apiSearchOutput{apiFound{Hits: []apiHit{}, Total: found.Total, TookMS: found.Took.Milliseconds(), Degraded: found.Away}}
	if found.Next != "" {
		out.Body.NextCursor = &found.Next
	}
	for _, h := range found.Hits {
		out.Body.Hits = append(out.Body.Hits, apiHit{string(h.Kind), h.ID, h.Title, f.site.URL(h.Path), h.Highlight})
	}
	return out, nil
}
