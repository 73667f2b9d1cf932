package leading

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type apiLeadInput struct {
	Organisation string `query:"organisation" maxLength:"10" doc:"ODS code of an organisation that you lead; empty: the first of them." example:"RR8"`
}

type apiOverdueInput struct {
	Organisation string `query:"organisation" maxLength:"10" doc:"ODS code of an organisation that you lead; empty: the first of them." example:"RR8"`
	web.PageParams
}

type apiLeadOutput struct{ Body apiLeadHome }

type apiOverdueOutput struct{ Body web.List[apiOverdue] }

type apiLeadHome struct {
	Organisation string         `json:"organisation" doc:"ODS code"`
	Name         string         `json:"organisation_name"`
	Others       []apiLed       `json:"you_lead_too" doc:"The other organisations that you lead."`
	Systems      []string       `json:"systems" doc:"Slugs of the systems that its case studies say it has joined: by these and the standards it is known what fits it."`
	Standards    []string       `json:"standards" doc:"Codes of the standards."`
	Priorities   []string       `json:"priorities" doc:"What matters to it, as its leads say: tags of case studies."`
	New          []apiLeadNew   `json:"new" doc:"Of others, posted in the last 30 days, that everybody may read and that name one of these or have one of the priorities as a tag; the newest 5."`
	Ideas        apiLeadIdeas   `json:"ideas"`
	Adoptions    apiLeadAdopted `json:"adoptions"`
	Overdue      apiLeadOverdue `json:"overdue"`
	Thanks       []apiLeadThank `json:"to_thank" doc:"Case studies of others that it has in use, and for which nobody of it has thanked; at most 5."`
	URL          string         `json:"url" format:"uri" doc:"The same as a page."`
}

type apiLed struct {
	Organisation string `json:"organisation" doc:"ODS code"`
	Name         string `json:"organisation_name"`
}

type apiLeadNew struct {
	CaseStudy string    `json:"case_study" doc:"ULID"`
	Title     string    `json:"title"`
	Published time.Time `json:"published"`
	Systems   []string  `json:"systems" doc:"Of yours that it names, by slug."`
	Standards []string  `json:"standards" doc:"Of yours that it names, by code."`
	Tags      []string  `json:"tags" doc:"Of your priorities that it has."`
	URL       string    `json:"url" format:"uri"`
}

type apiLeadIdeas struct {
	Total int           `json:"total" doc:"How many ideas of your staff wait for a first response."`
	Items []apiLeadIdea `json:"items" doc:"The 10 that have waited longest."`
}

type apiLeadIdea struct {
	CaseStudy string    `json:"case_study" doc:"ULID"`
	Title     string    `json:"title"`
	By        string    `json:"by" doc:"Name of who posted it."`
	Published time.Time `json:"published"`
	Days      int       `json:"waits_days" doc:"For how many whole days it has waited."`
	Overdue   bool      `json:"overdue" doc:"It has waited for longer than your organisation wants."`
	URL       string    `json:"url" format:"uri"`
}

type apiLeadAdopted struct {
	Total    int               `json:"total"`
	ByStatus map[string]int    `json:"by_status" doc:"interested, planning, trying, in-use, stopped; what there is none of is left out."`
	Items    []apiLeadAdoption `json:"items" doc:"The first 10: those in use first, then those that are tried, that stopped, that are planned and of interest."`
}

type apiLeadAdoption struct {
	CaseStudy     string       `json:"case_study" doc:"ULID"`
	Title         string       `json:"title"`
	Status        string       `json:"status"`
	Owner         string       `json:"owner" doc:"Name of who looks after it; empty for nobody."`
	Demonstration bool         `json:"demonstration" doc:"It is invented."`
	SilentSince   *time.Time   `json:"silent_since" doc:"When whoever looks after it was asked how far they are, and said nothing since; null where that is not so."`
	Tasks         apiLeadTasks `json:"tasks"`
	URL           string       `json:"url" format:"uri"`
}

type apiLeadTasks struct {
	Total   int `json:"total" doc:"Of its workspace."`
	Done    int `json:"done"`
	Overdue int `json:"overdue"`
}

type apiLeadOverdue struct {
	Total int          `json:"total"`
	Items []apiOverdue `json:"items" doc:"The 10 that are most overdue; the list of all is at /me/lead/overdue."`
}

type apiOverdue struct {
	Kind  string    `json:"kind" enum:"task,response,news" doc:"task: of a workspace. response: an idea without a first response. news: an adoption of which nothing was heard."`
	ID    string    `json:"id" doc:"ULID of the task, the case study or the adoption."`
	Title string    `json:"title" doc:"The words of the task, or the title of the case study."`
	Of    string    `json:"of" doc:"Title of the case study that a task is about; empty for what is no task."`
	Who   string    `json:"who" doc:"Name of who has the task, posted the idea or looks after the adoption; empty for nobody."`
	Since time.Time `json:"since" doc:"The first moment at which it was overdue."`
	Days  int       `json:"days" doc:"For how many whole days it has been."`
	URL   string    `json:"url" format:"uri" doc:"Where something is done about it."`
}

type apiLeadThank struct {
	CaseStudy string   `json:"case_study" doc:"ULID"`
	Title     string   `json:"title"`
	Names     []string `json:"names" doc:"Of those whom you can thank."`
	URL       string   `json:"url" format:"uri" doc:"The form that thanks."`
}

// API adds the operations of those who lead.
func (f *Feature) API(api huma.API) {
	add := func(id, path, summary, description string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{"Adoptions"}, Summary: summary, Description: description + " For its leads, and admins.", Security: web.TokenSecurity(), Errors: []int{http.StatusForbidden, http.StatusNotFound}}
	}
	web.Operation(f.site, api, add("get-lead-home", pageURL, "What those who lead an organisation are to know", "What is new that fits it, what its staff post and wait for, what it tries, what is overdue and whom to thank: the first of each."), f.apiHome)
	put := add("put-priorities", prioritiesURL, "Say what matters to an organisation", "What is new is looked through for these tags of case studies as well as for its systems and standards.")
	put.Method, put.Errors = http.MethodPut, append(put.Errors, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	web.Operation(f.site, api, put, f.apiPutPriorities)
	web.Operation(f.site, api, add("list-overdue", overdueURL, "All that is overdue at an organisation", "Tasks, first responses and news of adoptions in one list, what is most overdue first."), f.apiOverdue)
}

func (f *Feature) apiHome(ctx context.Context, in *apiLeadInput) (*apiLeadOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	h, err := f.Get(store.Fresh(ctx), p, in.Organisation)
	if err != nil {
		return nil, err
	}
	now := f.site.Now()
	out := apiLeadHome{Organisation: h.Organisation.Code, Name: h.Organisation.DisplayName(), Others: []apiLed{}, Systems: append([]string{}, h.Systems...), Standards: append([]string{}, h.Standards...), Priorities: append([]string{}, h.Priorities...), New: []apiLeadNew{},
		Ideas: apiLeadIdeas{Total: h.IdeasTotal, Items: []apiLeadIdea{}}, Adoptions: f.adoptionsForAPI(&h), Overdue: apiLeadOverdue{h.OverdueTotal, f.overdueForAPI(h.Organisation.Code, h.Overdue)}, Thanks: []apiLeadThank{},
		URL: f.site.URL(of(pageURL, h.Organisation.Code))}
	for _, o := range h.Others {
		out.Others = append(out.Others, apiLed{o.Code, o.DisplayName()})
	}
	for _, n := range h.New {
		out.New = append(out.New, apiLeadNew{CaseStudy: n.Summary.ID, Title: n.Summary.Title, Published: n.Summary.PublishedAt.UTC(), Systems: append([]string{}, n.Systems...), Standards: append([]string{}, n.Standards...), Tags: append([]string{}, n.Tags...), URL: f.site.URL(web.StudyURL(n.Summary.Slug))})
	}
	for i := range h.Ideas {
		w := &h.Ideas[i]
		out.Ideas.Items = append(out.Ideas.Items, apiLeadIdea{CaseStudy: w.ID, Title: w.Title, By: w.OwnerName, Published: w.PublishedAt.UTC(), Days: w.Waits(now), Overdue: w.Overdue(now), URL: f.site.URL(web.StudyURL(w.Slug))})
	}
	for _, t := range h.Thanks {
		out.Thanks = append(out.Thanks, apiLeadThank{CaseStudy: t.ID, Title: t.Title, Names: append([]string{}, t.Names...), URL: f.site.URL(web.StudyURL(t.Slug) + "/thank")})
	}
	return &apiLeadOutput{out}, nil
}

func (f *Feature) adoptionsForAPI(h *Home) apiLeadAdopted {
	out := apiLeadAdopted{Total: h.AdoptionsTotal, ByStatus: map[string]int{}, Items: []apiLeadAdoption{}}
	for _, n := range h.Counts {
		out.ByStatus[string(n.Status)] = n.Count
	}
	for i := range h.Adoptions {
		a := &h.Adoptions[i]
		one := apiLeadAdoption{CaseStudy: a.CaseStudyID, Title: a.Title, Status: string(a.Status), Owner: a.Owner.Name, Demonstration: a.Demo, Tasks: apiLeadTasks(h.Tasks[a.ID]), URL: f.site.URL(web.AdoptionURL(a.Slug, h.Organisation.Code))}
		if a.SilentSince != nil {
			at := a.SilentSince.UTC()
			one.SilentSince = &at
		}
		out.Items = append(out.Items, one)
	}
	return out
}

func (f *Feature) overdueForAPI(code string, list []models.Overdue) []apiOverdue {
	out := []apiOverdue{}
	for i, line := range f.overdueLines(code, list) {
		out = append(out, apiOverdue{Kind: string(line.Kind), ID: list[i].ID(), Title: line.Title, Of: line.Of, Who: line.Who, Since: list[i].Since.UTC(), Days: line.Days, URL: f.site.URL(line.URL)})
	}
	return out
}

func (f *Feature) apiOverdue(ctx context.Context, in *apiOverdueInput) (*apiOverdueOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	o, found, err := f.Overdue(store.Fresh(ctx), p, in.Organisation, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return &apiOverdueOutput{web.NewList(f.overdueForAPI(o.Code, found.Items), found.Next, found.Total)}, nil
}
