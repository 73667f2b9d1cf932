package workspaces

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// apiWorkspaceMember is somebody who was added to a workspace.
type apiWorkspaceMember struct {
	Handle string    `json:"handle"`
	Name   string    `json:"name"`
	Added  time.Time `json:"added"`
	Gone   bool      `json:"gone" doc:"Their profile names another organisation now, so they cannot read it any more."`
}

type apiWorkspaceLink struct {
	ID    string `json:"id" doc:"ULID"`
	Title string `json:"title"`
	URL   string `json:"url" format:"uri"`
}

// APIWorkspaceMemberOf names somebody of a workspace. It is exported as APIWorkspaceOf is.
type APIWorkspaceMemberOf struct {
	APIWorkspaceOf
	Handle string `path:"handle" maxLength:"100" example:"amina-yusuf"`
}

// APIWorkspaceLinkOf names a link. It is exported as APIWorkspaceOf is.
type APIWorkspaceLinkOf struct {
	APIWorkspaceOf
	Link string `path:"link" doc:"ULID" maxLength:"200" example:"01JF0A1B2C3D4E5F6G7H8J9K0M"`
}

type apiPostLinkInput struct {
	APIWorkspaceOf
	Body struct {
		Title string `json:"title" maxLength:"2000" doc:"What the document is; at most 120 characters." example:"The form that we agreed"`
		URL   string `json:"url" maxLength:"2000" doc:"Its address, which begins with https://; at most 500 characters." example:"https://share.example.nhs.uk/form"`
	}
}

type apiMemberOutput struct{ Body apiWorkspaceMember }

type apiMemberListOutput struct {
	Body web.List[apiWorkspaceMember]
}

type apiLinkOutput struct {
	Location string `header:"Location"`
	Body     apiWorkspaceLink
}

type apiLinkListOutput struct{ Body web.List[apiWorkspaceLink] }

func (f *Feature) peopleAPI(api huma.API) {
	web.Operation(f.site, api, operation("list-workspace-people", http.MethodGet, "/people", "The people of a workspace", "Who was added, beside the owner of the adoption and the leads, in the order of their handles.", 0), f.apiPeople)
	web.Operation(f.site, api, operation("put-workspace-person", http.MethodPut, "/people/{handle}", "Add somebody to a workspace", "Whose profile names the organisation, or who leads it. For whoever looks after the adoption, leads of the organisation and admins. They are told. Doing it again changes nothing.", 0, 409), f.apiPutPerson)
	web.Operation(f.site, api, operation("delete-workspace-person", http.MethodDelete, "/people/{handle}", "Take somebody out of a workspace", "For those who may add somebody; everybody can leave. What they had to do is nobody's then.", http.StatusNoContent), f.apiDeletePerson)
	web.Operation(f.site, api, operation("list-workspace-links", http.MethodGet, "/links", "The links of a workspace", "To documents, the first that was added first.", 0), f.apiLinks)
	web.Operation(f.site, api, operation("post-workspace-link", http.MethodPost, "/links", "Add a link to a document", "", http.StatusCreated, 409, 413, 415), f.apiPostLink)
	web.Operation(f.site, api, operation("get-workspace-link", http.MethodGet, "/links/{link}", "A link of a workspace", "", 0), f.apiGetLink)
	web.Operation(f.site, api, operation("delete-workspace-link", http.MethodDelete, "/links/{link}", "Remove a link", "", http.StatusNoContent), f.apiDeleteLink)
}

func (r *room) apiMember(wp models.WorkPerson) apiWorkspaceMember {
	return apiWorkspaceMember{Handle: wp.Person.Handle, Name: wp.Person.Name, Added: wp.AddedAt.UTC(), Gone: !r.adoption.Belongs(&wp.Person)}
}

func linkForAPI(l models.WorkLink) apiWorkspaceLink { return apiWorkspaceLink{l.ID, l.Title, l.URL} }

func (f *Feature) apiPeople(ctx context.Context, in *apiWorkspaceList) (*apiMemberListOutput, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	handle := func(wp models.WorkPerson) string { return wp.Person.Handle }
	slices.SortFunc(r.People, func(a, b models.WorkPerson) int { return strings.Compare(handle(a), handle(b)) })
	list, err := pageOf(r.People, in.PageParams, handle, r.apiMember)
	return &apiMemberListOutput{list}, err
}

func (f *Feature) apiPutPerson(ctx context.Context, in *APIWorkspaceMemberOf) (*apiMemberOutput, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	who, err := f.AddPerson(ctx, p, &r, in.Handle)
	switch {
	case models.KindOf(err) == models.Invalid && who.ID != "" && who.ID == r.adoption.OwnerID:
		return nil, models.E(models.Conflict, web.Describe(err).Message)
	case models.KindOf(err) == models.Invalid: // what is wrong is the address
		return nil, models.E(models.NotFound, web.Describe(err).Message)
	case err != nil:
		return nil, err
	}
	if r, _, err = f.apiEnter(ctx, in.APIWorkspaceOf); err != nil {
		return nil, err
	}
	for _, wp := range r.People {
		if wp.Person.ID == who.ID {
			return &apiMemberOutput{r.apiMember(wp)}, nil
		}
	}
	return nil, errNotIn // who was removed again in the meantime
}

func (f *Feature) apiDeletePerson(ctx context.Context, in *APIWorkspaceMemberOf) (*struct{}, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	_, err = f.RemovePerson(ctx, p, &r, in.Handle)
	return nil, err
}

func (f *Feature) apiLinks(ctx context.Context, in *apiWorkspaceList) (*apiLinkListOutput, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	list, err := pageOf(r.Links, in.PageParams, func(l models.WorkLink) string { return l.ID }, linkForAPI)
	return &apiLinkListOutput{list}, err
}

func (f *Feature) apiPostLink(ctx context.Context, in *apiPostLinkInput) (*apiLinkOutput, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	l, err := f.AddLink(ctx, p, &r, models.WorkLink{Title: in.Body.Title, URL: in.Body.URL})
	if err != nil {
		return nil, err
	}
	return &apiLinkOutput{f.apiAt(&r, "/links/"+l.ID), linkForAPI(l)}, nil
}

func (f *Feature) apiGetLink(ctx context.Context, in *APIWorkspaceLinkOf) (*apiLinkOutput, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	l := r.Link(in.Link)
	if l == nil {
		return nil, errNoLink
	}
	return &apiLinkOutput{Body: linkForAPI(*l)}, nil
}

func (f *Feature) apiDeleteLink(ctx context.Context, in *APIWorkspaceLinkOf) (*struct{}, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err == nil && r.Link(in.Link) == nil {
		err = errNoLink
	}
	if err != nil {
		return nil, err
	}
	return nil, f.store.RemoveWorkLink(ctx, r.adoption.ID, in.Link)
}
