package collections

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// APICollection is a collection as the API gives it in lists. It is exported because
// huma passes over embedded types that are not.
type APICollection struct {
	ID           string              `json:"id" doc:"ULID"`
	Slug         string              `json:"slug"`
	Title        string              `json:"title"`
	About        string              `json:"about" doc:"What it is for, as Markdown."`
	Audience     string              `json:"audience" enum:"public,signed-in,editors" doc:"Who can read it."`
	StaffGroup   string              `json:"staff_group" doc:"Whom it is a reading list for; empty for nobody in particular."`
	Organisation string              `json:"organisation" doc:"ODS code of where it is a reading list for; empty for nowhere in particular."`
	ListOf       *string             `json:"reading_list_of" doc:"ODS code of the organisation whose leads say that it is theirs; null for none."`
	Owner        apiCollectionPerson `json:"owner"`
	Source       *string             `json:"copied_from" doc:"Id of the collection that it was copied from, which may be gone by now; null for none."`
	Copies       int                 `json:"copies" doc:"How often it was copied."`
	CaseStudies  int                 `json:"case_studies" doc:"How many are in it."`
	Revision     int                 `json:"revision" doc:"Goes up with every change."`
	Created      time.Time           `json:"created"`
	Updated      time.Time           `json:"updated"`
	URL          string              `json:"url" format:"uri"`
}

type apiCollectionPerson struct {
	Handle *string `json:"handle" doc:"Null where the account is closed."`
	Name   string  `json:"name"`
}

type apiCollectionInFull struct {
	APICollection
	Editors []apiCollectionPerson `json:"editors" doc:"Those who look after it with its owner."`
	Items   []apiCollected        `json:"items" doc:"What is in it, in its order, 200 at most."`
}

type apiCollected struct {
	CaseStudy *string `json:"case_study" doc:"Its id. Null for one that you may not read, unless you may change the collection."`
	Readable  bool    `json:"readable" doc:"False where it was withdrawn, hidden or limited since: its title and note are then empty."`
	Title     string  `json:"title"`
	Note      string  `json:"note" doc:"Why to read it."`
	URL       *string `json:"url" format:"uri" doc:"Null where it is not to be read. Of one that is part of another by now it leads there."`
}

type apiCollectionsInput struct {
	web.PageParams
	Q            string `query:"q" maxLength:"500" doc:"Words of the title, of what it is for or of the staff group."`
	StaffGroup   string `query:"staff_group" maxLength:"200" doc:"Whom it is a reading list for." example:"Medical and Dental"`
	Organisation string `query:"organisation" maxLength:"200" doc:"ODS code of where it is a reading list for." example:"RR8"`
	Sort         string `query:"sort" enum:"updated,new" default:"updated"`
}

type apiMyCollectionsInput struct{ web.PageParams }

type apiCollectionsOutput struct{ Body web.List[APICollection] }

// APIOne names a collection. It is exported because huma passes over embedded types
// that are not.
type APIOne struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JF0A1B2C3D4E5F6G7H8J9K0M"`
}

// APIItem names a case study in a collection.
type APIItem struct {
	APIOne
	CaseStudy string `path:"case_study" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
}

type apiCollectionBody struct {
	Title        string             `json:"title" doc:"At most 150 characters." example:"Discharge letters: where to begin"`
	About        string             `json:"about,omitempty" doc:"What it is for, as Markdown, at most 4,000 characters."`
	Audience     string             `json:"audience,omitempty" enum:"public,signed-in,editors" default:"public"`
	StaffGroup   string             `json:"staff_group,omitempty" doc:"One of the staff groups of the Electronic Staff Record."`
	Organisation string             `json:"organisation,omitempty" doc:"ODS code."`
	Items        []apiCollectedBody `json:"items,omitempty" maxItems:"200" doc:"What is in it, in its order."`
}

type apiCollectedBody struct {
	CaseStudy string  `json:"case_study" doc:"ULID or slug" maxLength:"200"`
	Note      *string `json:"note,omitempty" doc:"Why to read it, at most 1,000 characters. Left out, it stays as it is."`
}

type apiPostInput struct{ Body apiCollectionBody }

type apiPutInput struct {
	APIOne
	IfMatch string `header:"If-Match" doc:"ETag of the state that the change was made from; 412 when there is a later one."`
	Body    apiCollectionBody
}

type apiItemInput struct {
	APIItem
	Body apiCollectedChange
}

type apiCollectedChange struct {
	Note  *string `json:"note,omitempty" doc:"Why to read it. Left out, it stays as it is."`
	Place int     `json:"place,omitempty" minimum:"0" maximum:"200" doc:"From 1; left out, it stays where it is, and what is new comes last."`
}

type apiCollectionOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location" doc:"Of one that was made."`
	Body     apiCollectionInFull
}

// API adds the operations on collections.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, Tags: []string{"Collections"}, Errors: errors}
		if method != http.MethodGet {
			op.Security = web.TokenSecurity()
		}
		return op
	}
	web.Operation(f.site, api, add("list-collections", http.MethodGet, "/collections", "Collections", "Those that you may find: for everybody, and with a token for who signs in."), f.apiList)
	mine := add("list-my-collections", http.MethodGet, "/me/collections", "Collections that you own or edit", "What was changed last first.")
	mine.Security = web.TokenSecurity()
	web.Operation(f.site, api, mine, f.apiMine)
	web.Operation(f.site, api, add("get-collection", http.MethodGet, "/collections/{id}", "One collection", "With what is in it.", 404), f.apiGet)
	post := add("post-collection", http.MethodPost, "/collections", "Begin a collection", "", 404, 409, 410, 413, 415)
	post.DefaultStatus = http.StatusCreated
	web.Operation(f.site, api, post, f.apiPost)
	web.Operation(f.site, api, add("put-collection", http.MethodPut, "/collections/{id}", "Change a collection", "Replaces all of it, with what is in it and its order.", 404, 409, 410, 412, 413, 415), f.apiPut)
	remove := add("delete-collection", http.MethodDelete, "/collections/{id}", "Delete a collection for good", "Not while a moderator has hidden it or has still to look at it.", 404, 409)
	remove.DefaultStatus = http.StatusNoContent
	web.Operation(f.site, api, remove, f.apiDelete)
	web.Operation(f.site, api, add("put-collected", http.MethodPut, "/collections/{id}/items/{case_study}", "Put a case study into a collection", "Or change its note or its place.", 404, 409, 410, 413, 415), f.apiPutItem)
	out := add("delete-collected", http.MethodDelete, "/collections/{id}/items/{case_study}", "Take a case study out of a collection", "", 404)
	out.DefaultStatus = http.StatusNoContent
	web.Operation(f.site, api, out, f.apiDeleteItem)
	f.editorsAPI(api)
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (f *Feature) forAPI(c *models.Collection) APICollection {
	return APICollection{ID: c.ID, Slug: c.Slug, Title: c.Title, About: c.About, Audience: string(c.Audience), StaffGroup: c.StaffGroup, Organisation: c.Organisation, ListOf: optional(c.ListOf),
		Owner: apiCollectionPerson{optional(c.OwnerHandle), c.OwnerName}, Source: optional(c.SourceID), Copies: c.Copies, CaseStudies: c.Studies, Revision: c.Revision,
		Created: c.CreatedAt.UTC(), Updated: c.UpdatedAt.UTC(), URL: f.site.URL(pageURL(c))}
}

// answer gives a collection as a person may read it.
func (f *Feature) answer(ctx context.Context, p *models.Person, id string) (*apiCollectionOutput, error) {
	c, err := f.Read(ctx, p, id)
	if err != nil {
		return nil, err
	}
	out := &apiCollectionOutput{Location: f.site.URL("/api/v1/collections/" + c.ID), Body: apiCollectionInFull{APICollection: f.forAPI(&c), Editors: []apiCollectionPerson{}, Items: []apiCollected{}}}
	for _, e := range c.Editors {
		if e.AcceptedAt != nil {
			out.Body.Editors = append(out.Body.Editors, apiCollectionPerson{optional(e.Handle), e.Name})
		}
	}
	for _, item := range c.Items {
		var one apiCollected
		switch {
		case item.Study != nil:
			one = apiCollected{CaseStudy: &item.CaseStudyID, Readable: true, Title: item.Study.Title, Note: item.Note, URL: optional(f.site.URL(web.StudyURL(item.Study.Slug)))}
		case item.IntoSlug != "":
			one = apiCollected{CaseStudy: &item.CaseStudyID, Readable: true, Title: item.IntoTitle, Note: item.Note, URL: optional(f.site.URL(web.StudyURL(item.IntoSlug)))}
		case c.MayEdit(p):
			one.CaseStudy = &item.CaseStudyID
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	out.ETag, err = web.ETagOf("r"+strconv.Itoa(c.Revision), out.Body)
	return out, err
}

func (f *Feature) apiPage(ctx context.Context, p *models.Person, q models.CollectionQuery, cursor string) (*apiCollectionsOutput, error) {
	var err error
	if q.Cursor, err = models.ParseCursor(cursor); err != nil {
		return nil, err
	}
	found, err := f.List(ctx, p, q)
	if err != nil {
		return nil, err
	}
	items := make([]APICollection, len(found.Items))
	for i := range found.Items {
		items[i] = f.forAPI(&found.Items[i])
	}
	return &apiCollectionsOutput{web.NewList(items, found.Next, found.Total)}, nil
}

func (f *Feature) apiList(ctx context.Context, in *apiCollectionsInput) (*apiCollectionsOutput, error) {
	return f.apiPage(ctx, web.PersonIn(ctx), models.CollectionQuery{Text: in.Q, StaffGroup: in.StaffGroup, Organisation: in.Organisation, Sort: models.Sort(in.Sort), Limit: in.Limit}, in.Cursor)
}

func (f *Feature) apiMine(ctx context.Context, in *apiMyCollectionsInput) (*apiCollectionsOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	return f.apiPage(store.Fresh(ctx), p, models.CollectionQuery{Of: p.ID, Limit: in.Limit}, in.Cursor)
}

func (f *Feature) apiGet(ctx context.Context, in *APIOne) (*apiCollectionOutput, error) {
	out, err := f.answer(ctx, web.PersonIn(ctx), in.ID)
	if err == nil {
		out.Location = ""
	}
	return out, err
}

func (b *apiCollectionBody) collection() models.Collection {
	return models.Collection{Title: b.Title, About: b.About, Audience: models.Visibility(b.Audience), StaffGroup: b.StaffGroup, Organisation: b.Organisation}
}

// items are what a body puts into a collection; old is what is in it, whose notes stay
// where the body leaves them out.
func (b *apiCollectionBody) items(old []models.Collected) []models.Collected {
	notes := make(map[string]string, len(old))
	for _, o := range old {
		notes[o.CaseStudyID] = o.Note
	}
	out := make([]models.Collected, len(b.Items))
	for i, item := range b.Items {
		out[i] = models.Collected{CaseStudyID: item.CaseStudy, Note: notes[item.CaseStudy]}
		if item.Note != nil {
			out[i].Note = *item.Note
		}
	}
	return out
}

func (f *Feature) apiPost(ctx context.Context, in *apiPostInput) (*apiCollectionOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	c := in.Body.collection()
	c.Items = in.Body.items(nil)
	if err := f.Create(ctx, p, &c); err != nil {
		return nil, err
	}
	return f.answer(ctx, p, c.ID)
}

// Replace changes a collection with all that is in it. c.ID is read; revision is what
// the change was made from, 0 for whatever there is.
func (f *Feature) Replace(ctx context.Context, p *models.Person, c *models.Collection, old *models.Collection, revision int) error {
	c.ID, c.Version = old.ID, old.Version
	overrides, err := f.check(ctx, c, textsOf(old))
	if err != nil {
		return err
	}
	more, err := f.checkItems(ctx, p, c.Items, old.Items)
	if err != nil {
		return err
	}
	return f.write(ctx, p, c.ID, append(overrides, more...), func(ctx context.Context) error {
		if err := f.store.ReplaceCollection(ctx, c, p.ID, revision); err != nil {
			return err
		}
		return f.firstLook(ctx, p, c, old.Audience)
	})
}

func (f *Feature) apiPut(ctx context.Context, in *apiPutInput) (*apiCollectionOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	old, err := f.editable(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	if old.Items, err = f.store.CollectedIn(ctx, p, old.ID); err != nil {
		return nil, err
	}
	revision, err := web.IfMatch(in.IfMatch, "r")
	if err != nil {
		return nil, err
	}
	if revision != 0 && revision != old.Revision {
		return nil, models.E(models.Precondition, "The collection has been changed since you read it. Read it again and make your change from that.")
	}
	c := in.Body.collection()
	c.Items = in.Body.items(old.Items)
	if err := f.Replace(ctx, p, &c, &old, revision); err != nil {
		return nil, err
	}
	out, err := f.answer(ctx, p, old.ID)
	if err == nil {
		out.Location = ""
	}
	return out, err
}

func (f *Feature) apiDelete(ctx context.Context, in *APIOne) (*struct{}, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	c, err := f.kept(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, f.Remove(ctx, &c)
}

// apiItem finds a collection that a person may change and the id of a case study: one
// that is in it, or that they may read.
func (f *Feature) apiItem(ctx context.Context, p *models.Person, in APIItem) (c models.Collection, study string, is bool, err error) {
	if c, err = f.editable(ctx, p, in.ID); err != nil {
		return c, "", false, err
	}
	cs, err := f.store.CaseStudy(ctx, models.CleanLine(in.CaseStudy))
	if err != nil {
		return c, "", false, err
	}
	switch _, err := f.store.Collected(ctx, c.ID, cs.ID); models.KindOf(err) {
	case "":
		return c, cs.ID, true, nil
	case models.NotFound:
	default:
		return c, "", false, err
	}
	cs, err = f.site.StandingCaseStudy(ctx, p, cs.ID)
	return c, cs.ID, false, err
}

func (f *Feature) apiPutItem(ctx context.Context, in *apiItemInput) (*apiCollectionOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	c, study, is, err := f.apiItem(ctx, p, in.APIItem)
	if err != nil {
		return nil, err
	}
	err = f.write(ctx, p, c.ID, nil, func(ctx context.Context) error {
		note := ""
		if in.Body.Note != nil {
			note = *in.Body.Note
		}
		switch {
		case !is:
			if _, _, err := f.Add(ctx, p, c.ID, study, note); err != nil {
				return err
			}
		case in.Body.Note != nil:
			if err := f.Note(ctx, p, &c, study, note, 0); err != nil {
				return err
			}
		}
		if in.Body.Place == 0 {
			return nil
		}
		return f.store.MoveCollected(ctx, c.ID, study, func(int, int) int { return in.Body.Place })
	})
	if err != nil {
		return nil, err
	}
	out, err := f.answer(ctx, p, c.ID)
	if err == nil {
		out.Location = ""
	}
	return out, err
}

func (f *Feature) apiDeleteItem(ctx context.Context, in *APIItem) (*struct{}, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	c, study, is, err := f.apiItem(ctx, p, *in)
	if err != nil {
		return nil, err
	}
	if !is {
		return nil, models.E(models.NotFound, "That case study is not in this collection.")
	}
	return nil, f.write(ctx, p, c.ID, nil, func(ctx context.Context) error { return f.store.UncollectStudy(ctx, c.ID, study) })
}
