package campaigns

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// APIEntry is an entry to a campaign as the API gives it. It is exported because huma
// passes over embedded types that are not.
type APIEntry struct {
	ID         string           `json:"id" doc:"ULID"`
	Number     string           `json:"number" doc:"What a receipt goes by."`
	CaseStudy  string           `json:"case_study" doc:"Its id."`
	Title      string           `json:"title"`
	State      string           `json:"state" enum:"draft,entered,withdrawn"`
	Revision   int              `json:"revision" doc:"Of the case study, that is judged."`
	Arrived    *time.Time       `json:"arrived" doc:"When the request came, by the clock of the server; null for a draft."`
	LateReason *string          `json:"late_reason" doc:"Why it was let in though it came too late; null for all others."`
	Answers    []apiEntryAnswer `json:"answers" doc:"To those whose it is; otherwise empty."`
	URL        string           `json:"url" format:"uri" doc:"Of the case study."`
}

type apiEntryAnswer struct {
	Question string `json:"question" doc:"Its id."`
	Answer   string `json:"answer" maxLength:"4000" doc:"Of a question that a file answers, the id of the file."`
}

type apiEntriesInput struct {
	APIOneCampaign
	web.PageParams
}

type apiEntriesOutput struct{ Body web.List[APIEntry] }

type apiEntryPostInput struct {
	APIOneCampaign
	Body apiEntryBody
}

type apiEntryBody struct {
	CaseStudy string           `json:"case_study" doc:"ULID or slug of one that you wrote." maxLength:"200"`
	Answers   []apiEntryAnswer `json:"answers,omitempty" maxItems:"12"`
	Draft     bool             `json:"draft,omitempty" doc:"Only keep it for now."`
}

type apiEntryOutput struct{ Body APIEntry }

// entryAPI adds the operations on entries.
func (f *Feature) entryAPI(api huma.API) {
	list := huma.Operation{OperationID: "list-campaign-entries", Method: http.MethodGet, Path: "/campaigns/{id}/entries", Summary: "Entries to a campaign",
		Description: "Those that everybody may read, the first first. For organisers also those that came too late or were withdrawn.", Tags: []string{"Campaigns"}, Errors: []int{404}}
	web.Operation(f.site, api, list, f.apiEntries)
	post := huma.Operation{OperationID: "post-campaign-entry", Method: http.MethodPost, Path: "/campaigns/{id}/entries", Summary: "Enter a case study in a campaign",
		Description: "Again with the same case study, it changes the entry: what is judged is the revision that the case study then has. The server's clock decides, when the request arrives, whether it is in time. What is too late is refused with 409 and kept as a draft, unless the request has an Idempotency-Key.",
		Tags:        []string{"Campaigns"}, Errors: []int{403, 404, 409, 410, 413, 415}, Security: web.TokenSecurity(), DefaultStatus: http.StatusCreated}
	web.Operation(f.site, api, post, f.apiEnter)
	f.fileAPI(api)
}

func (f *Feature) entryForAPI(e *models.CampaignEntry, own bool) APIEntry {
	out := APIEntry{ID: e.ID, Number: e.Number(), CaseStudy: e.CaseStudyID, Title: e.Title, State: string(e.State), Revision: e.Revision, Answers: []apiEntryAnswer{}, URL: f.site.URL("/case-studies/" + url.PathEscape(e.Slug))}
	if e.ArrivedAt != nil {
		at := e.ArrivedAt.UTC()
		out.Arrived = &at
	}
	if e.LateReason != "" {
		out.LateReason = &e.LateReason
	}
	if own {
		for _, a := range e.Answers {
			out.Answers = append(out.Answers, apiEntryAnswer{a.Question, a.Answer})
		}
	}
	return out
}

func (f *Feature) apiEntries(ctx context.Context, in *apiEntriesInput) (*apiEntriesOutput, error) {
	p := web.PersonIn(ctx)
	c, err := f.Get(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	found, err := f.Entries(ctx, p, &c, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	runs := p.May(models.RunCampaign, models.Subject{})
	items := make([]APIEntry, len(found.Items))
	for i := range found.Items {
		items[i] = f.entryForAPI(&found.Items[i], runs)
	}
	return &apiEntriesOutput{web.NewList(items, found.Next, found.Total)}, nil
}

func (f *Feature) apiEnter(ctx context.Context, in *apiEntryPostInput) (*apiEntryOutput, error) {
	arrived := f.site.Arrived(ctx)
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	entering := Entering{CaseStudy: in.Body.CaseStudy, Draft: in.Body.Draft}
	for _, a := range in.Body.Answers {
		entering.Answers = append(entering.Answers, models.EntryAnswer{Question: a.Question, Answer: a.Answer})
	}
	ctx = store.Fresh(ctx)
	c, err := f.Get(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	e, _, err := f.Enter(ctx, p, &c, entering, arrived)
	if err != nil {
		return nil, err
	}
	return &apiEntryOutput{Body: f.entryForAPI(&e, true)}, nil
}
