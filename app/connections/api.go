package connections

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// apiConnectionFound is a connection as the API gives it: the names of the case
// study format, then what the lists know of it.
type apiConnectionFound struct {
	ID               string      `json:"id" doc:"The id of the case study, and the place of the connection in it."`
	From             string      `json:"from" doc:"The system that information comes from, as the authors wrote it."`
	To               string      `json:"to" doc:"The system that information goes to, as the authors wrote it."`
	FromSystem       string      `json:"from_system" doc:"Slug of the system"`
	ToSystem         string      `json:"to_system" doc:"Slug of the system"`
	FromName         string      `json:"from_name" doc:"Its name in the list of systems."`
	ToName           string      `json:"to_name"`
	Standard         string      `json:"standard" doc:"Code of the standard, or of an honest name for what is none, such as re-typed; unknown when nobody has said it."`
	StandardName     string      `json:"standard_name"`
	Version          string      `json:"version"`
	Transport        string      `json:"transport"`
	Direction        string      `json:"direction" enum:"one-way,two-way,view,unknown" doc:"Which way information goes. view is to be looked at only."`
	Data             []string    `json:"data" doc:"What is carried."`
	Status           string      `json:"status" enum:"planned,trial,live,stopped,unknown"`
	Site             string      `json:"site" doc:"ODS code of where it is; empty when that is not said."`
	Organisation     string      `json:"organisation" doc:"ODS code of the site when it is known, else of the case study's organisation."`
	OrganisationName string      `json:"organisation_name"`
	Region           string      `json:"region" doc:"Where the organisation is."`
	CaseStudy        apiStudyRef `json:"case_study"`
}

// apiStudyRef is the case study that a connection is of.
type apiStudyRef struct {
	ID    string `json:"id" doc:"ULID"`
	Slug  string `json:"slug"`
	Title string `json:"title"`
	Stage string `json:"stage"`
	URL   string `json:"url" format:"uri" doc:"Its page."`
}

type apiListInput struct {
	web.PageParams
	From         []string `query:"from,explode" doc:"System that information comes from: slug, name or another name." example:"ppm-plus"`
	To           []string `query:"to,explode" doc:"System that information goes to: slug, name or another name." example:"systmone"`
	System       []string `query:"system,explode" doc:"System on either side: slug, name or another name."`
	Standard     []string `query:"standard,explode" doc:"Code, name or another name." example:"hl7-v2"`
	Direction    []string `query:"direction,explode" doc:"one-way, two-way, view or unknown."`
	Status       []string `query:"status,explode" doc:"planned, trial, live, stopped or unknown."`
	Organisation []string `query:"organisation,explode" doc:"ODS code"`
	Region       []string `query:"region,explode" doc:"Name of an NHS region or of a nation" example:"North East and Yorkshire"`
	CaseStudy    []string `query:"case_study,explode" doc:"ULID"`
}

type apiListOutput struct{ Body web.List[apiConnectionFound] }

// API adds the operations on connections.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "list-connections", Method: http.MethodGet, Path: "/connections", Tags: []string{"Connections"},
		Summary: "Who has joined what to what",
		Description: "The connections between systems that published case studies describe, those of the newest first. " +
			"A filter may be given several times: any of its values will do, and every filter has to hold. " +
			"A two-way connection is found from either end, and given as its authors wrote it."}, f.apiList)
}

func (in *apiListInput) query(ctx context.Context, f *Feature) (q models.JoinQuery, err error) {
	q = models.JoinQuery{Direction: cleaned(in.Direction), Status: cleaned(in.Status), CaseStudy: cleaned(in.CaseStudy), Limit: in.Limit}
	for _, code := range cleaned(in.Organisation) {
		q.Organisation = append(q.Organisation, strings.ToUpper(code))
	}
	for _, name := range cleaned(in.Region) {
		q.Region = append(q.Region, region(name))
	}
	q.From, q.To, q.System, q.Standard, q.EitherWay = in.From, in.To, in.System, in.Standard, true
	if err := f.resolveNames(ctx, &q); err != nil {
		return q, err
	}
	q.After, err = parseCursor(in.Cursor)
	return q, err
}

// resolveNames turns what people call systems and standards into what
// connections are kept with. A value that a fixed list does not have is a
// BadRequest, before anything is looked up.
func (f *Feature) resolveNames(ctx context.Context, q *models.JoinQuery) (err error) {
	if err := q.Validate(); err != nil {
		return err
	}
	for _, names := range []*[]string{&q.From, &q.To, &q.System} {
		if *names, err = f.systems(ctx, *names); err != nil {
			return err
		}
	}
	q.Standard, err = f.standards(ctx, q.Standard)
	return err
}

// Find gives a page of connections; systems and standards may be given by any
// of their names, and After is the cursor of the page before. next is the
// cursor of the page after, empty on the last.
func (f *Feature) Find(ctx context.Context, q models.JoinQuery) (list []models.Join, next string, total int, err error) {
	for i, name := range q.Region {
		q.Region[i] = region(name)
	}
	if err := f.resolveNames(ctx, &q); err != nil {
		return nil, "", 0, err
	}
	if q.After, err = parseCursor(q.After); err != nil {
		return nil, "", 0, err
	}
	list, next, total, err = f.store.Joins(ctx, q)
	return list, cursorOf(next), total, err
}

// A cursor is the id of the last connection of the page before, in the letters
// that cursors are made of.

func cursorOf(id string) string {
	if id == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(id))
}

func parseCursor(s string) (string, error) {
	id, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || s != "" && len(id) == 0 {
		return "", models.ErrCursor
	}
	return string(id), nil
}

func (f *Feature) apiList(ctx context.Context, in *apiListInput) (*apiListOutput, error) {
	q, err := in.query(ctx, f)
	if err != nil {
		return nil, err
	}
	list, next, total, err := f.store.Joins(ctx, q)
	if err != nil {
		return nil, err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	items := make([]apiConnectionFound, len(list))
	for i, j := range list {
		items[i] = f.forAPI(v, j)
	}
	return &apiListOutput{web.NewList(items, cursorOf(next), total)}, nil
}

func (f *Feature) forAPI(v *web.Vocabulary, j models.Join) apiConnectionFound {
	data := j.Data
	if data == nil {
		data = []string{}
	}
	return apiConnectionFound{ID: j.ID, From: j.FromText, To: j.ToText, FromSystem: j.From, ToSystem: j.To, FromName: v.SystemName(j.From), ToName: v.SystemName(j.To),
		Standard: j.Standard, StandardName: v.StandardName(j.Standard), Version: j.Version, Transport: j.Transport, Direction: j.Direction, Data: data, Status: j.Status,
		Site: j.Site, Organisation: j.Organisation, OrganisationName: j.OrgName, Region: j.Region,
		CaseStudy: apiStudyRef{j.CaseStudyID, j.Slug, j.Title, string(j.Stage), f.site.URL("/case-studies/" + j.Slug)}}
}
