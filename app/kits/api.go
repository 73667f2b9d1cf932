package kits

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

type apiKitInput struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
}

type apiKitOutput struct{ Body apiKit }

type apiKit struct {
	CaseStudy   string             `json:"case_study" doc:"Id of the case study."`
	Revision    int                `json:"revision" doc:"That it is made from."`
	Revised     time.Time          `json:"revised"`
	Steps       []string           `json:"steps"`
	Connections []apiKitConnection `json:"connections"`
	Agreements  string             `json:"agreements" doc:"What the case study says of who had to agree; empty: it does not say. See also its data_use and safety."`
	People      string             `json:"people" doc:"Who was needed; empty: not said."`
	Documents   []apiKitDocument   `json:"documents"`
	Cost        string             `json:"cost" doc:"By the case study; empty: not said."`
	Costs       []apiKitSaid       `json:"costs" doc:"By those who adopted it. This and the other lists of what they said have at most 20."`
	Stages      []apiKitStage      `json:"stages" doc:"Of the case study, with when each was said."`
	Waits       []apiKitWait       `json:"waits" doc:"Days from the first interest of an organisation to use, the fewest first; at most 20."`
	MedianDays  *int               `json:"median_days" doc:"Of all of these; null where fewer than three have told."`
	Failed      string             `json:"failed" doc:"By the case study; empty: not said."`
	Adapt       string             `json:"adapt" doc:"What to adapt, by the case study; empty: not said."`
	Stopped     []apiKitSaid       `json:"stopped" doc:"Why adopters stopped."`
	Changed     []apiKitSaid       `json:"changed" doc:"What adopters changed."`
	Needed      []apiKitSaid       `json:"needed" doc:"What adopters needed."`
	Contacts    []apiKitContact    `json:"contacts" doc:"Those who wrote it, and owners of adoptions, with their organisation."`
	Money       []apiKitMoney      `json:"money" doc:"What adopters say that it cost and saved, in figures. Nothing is added up."`
	Measures    []apiKitMeasure    `json:"measures" doc:"What adopters measured, in figures."`
	Found       bool               `json:"headings_known" doc:"The case study has headings under which it says one of agreements, people, cost, failed and adapt."`
	Other       []apiKitSection    `json:"other_sections" doc:"Sections of the case study that nothing of the kit is made of, where one of these is not said; 20,000 characters at most."`
	URL         string             `json:"url" format:"uri"`
}

type apiKitSection struct {
	Heading string `json:"heading" doc:"Empty before the first."`
	Text    string `json:"text"`
}

type apiKitConnection struct {
	From      string   `json:"from"`
	To        string   `json:"to"`
	Standard  string   `json:"standard" doc:"Code; empty where it is not said."`
	Version   string   `json:"version"`
	Transport string   `json:"transport"`
	Direction string   `json:"direction"`
	Data      []string `json:"data"`
	Status    string   `json:"status"`
}

type apiKitDocument struct {
	Title string `json:"title"`
	URL   string `json:"url" format:"uri"`
}

type apiKitSaid struct {
	Organisation string `json:"organisation_name"`
	Text         string `json:"text"`
	Demo         bool   `json:"demonstration" doc:"It is invented."`
	URL          string `json:"url" format:"uri" doc:"Of the adoption."`
}

type apiKitStage struct {
	Stage string    `json:"stage"`
	At    time.Time `json:"at"`
}

type apiKitWait struct {
	Organisation string `json:"organisation_name"`
	Days         int    `json:"days"`
}

type apiKitContact struct {
	Name         string `json:"name"`
	Role         string `json:"role"`
	Organisation string `json:"organisation_name" doc:"Empty for those who wrote it."`
	URL          string `json:"url" doc:"Empty where they have no page here."`
}

// API adds the operation on kits.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "get-kit", Method: http.MethodGet, Path: "/case-studies/{id}/kit", Tags: []string{"Adoptions"}, Errors: []int{404, 410},
		Summary: "What is needed to do what a case study describes", Description: "All of it is what the case study and those who adopted it say; what is empty is not known."}, f.apiGet)
}

func (f *Feature) full(to string) string {
	if to != "" && to[0] == '/' {
		return f.site.URL(to)
	}
	return to
}

func (f *Feature) saidForAPI(list []templates.KitSaid) []apiKitSaid {
	out := make([]apiKitSaid, len(list))
	for i, s := range list {
		out[i] = apiKitSaid{s.Name, s.Text, s.Demo, f.full(s.URL)}
	}
	return out
}

func (f *Feature) apiGet(ctx context.Context, in *apiKitInput) (*apiKitOutput, error) {
	k, err := f.Make(ctx, web.PersonIn(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	p := k.page()
	out := apiKit{CaseStudy: k.study.ID, Revision: p.Revision, Revised: p.Revised.UTC(), Steps: append([]string{}, p.Steps...), Connections: []apiKitConnection{}, Agreements: p.Agree, People: p.People, Documents: []apiKitDocument{},
		Cost: p.Cost, Costs: f.saidForAPI(p.Costs), Stages: []apiKitStage{}, Waits: []apiKitWait{}, Failed: p.Failed, Adapt: p.Adapt, Stopped: f.saidForAPI(p.Stopped), Changed: f.saidForAPI(p.Changed),
		Needed: f.saidForAPI(p.Needed), Contacts: []apiKitContact{}, URL: f.site.URL(k.url() + "/kit")}
	out.Money, out.Measures = f.figuresForAPI(&k)
	out.Found, out.Other = p.Found, []apiKitSection{}
	for _, o := range p.Other {
		out.Other = append(out.Other, apiKitSection(o))
	}
	for _, c := range k.study.Connections {
		out.Connections = append(out.Connections, forAPI(c))
	}
	for _, d := range p.Documents {
		out.Documents = append(out.Documents, apiKitDocument{d.Text, f.full(d.URL)})
	}
	for _, s := range p.Stages {
		out.Stages = append(out.Stages, apiKitStage{string(s.Stage), s.At.UTC()})
	}
	for _, w := range p.Waits {
		out.Waits = append(out.Waits, apiKitWait{w.Name, w.Days})
	}
	if p.Median >= 0 {
		out.MedianDays = &p.Median
	}
	for _, a := range p.Authors {
		out.Contacts = append(out.Contacts, apiKitContact{Name: a.Name, Role: a.Role, URL: f.full(a.URL)})
	}
	for _, o := range p.Owners {
		out.Contacts = append(out.Contacts, apiKitContact{Name: o.Name, Organisation: o.Organisation, URL: f.full(o.URL)})
	}
	return &apiKitOutput{out}, nil
}

func forAPI(c models.Connection) apiKitConnection {
	return apiKitConnection{c.From, c.To, c.Standard, c.Version, c.Transport, c.Direction, append([]string{}, c.Data...), c.Status}
}
