package collections

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type apiEditorInput struct {
	APIOne
	Handle string `path:"handle" maxLength:"100" example:"amina-yusuf"`
}

type apiReadingListInput struct {
	Code string `path:"code" doc:"ODS code" maxLength:"20" example:"RR8"`
	APIOne
}

func (f *Feature) editorsAPI(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, Tags: []string{"Collections"}, Security: web.TokenSecurity(), Errors: errors}
	}
	done := func(op huma.Operation) huma.Operation {
		op.DefaultStatus = http.StatusNoContent
		return op
	}
	made := add("copy-collection", http.MethodPost, "/collections/{id}/copy", "Copy a collection", "The copy is your own, of what you may read of it, and for nobody else yet.", 404)
	made.DefaultStatus = http.StatusCreated
	web.Operation(f.site, api, made, f.apiCopy)
	web.Operation(f.site, api, done(add("invite-editor", http.MethodPut, "/collections/{id}/editors/{handle}", "Ask somebody to look after a collection with you", "Doing it again changes nothing.", 404, 409)), f.apiInvite)
	web.Operation(f.site, api, done(add("remove-editor", http.MethodDelete, "/collections/{id}/editors/{handle}", "Take somebody out of the editors of a collection", "", 404)), f.apiRemoveEditor)
	web.Operation(f.site, api, done(add("accept-collection", http.MethodPost, "/collections/{id}/accept", "Look after a collection that you were asked to", "", 404)), f.apiSay(f.Accept))
	web.Operation(f.site, api, done(add("leave-collection", http.MethodPost, "/collections/{id}/leave", "Look after a collection no more, or say that you do not want to", "", 404)), f.apiSay(f.Leave))
	web.Operation(f.site, api, done(add("mark-reading-list", http.MethodPut, "/organisations/{code}/reading-lists/{id}", "Say that a collection is the reading list of an organisation", "For its leads.", 404, 409)), f.apiMark(true))
	web.Operation(f.site, api, done(add("unmark-reading-list", http.MethodDelete, "/organisations/{code}/reading-lists/{id}", "Say that a collection is the reading list of an organisation no more", "For its leads.", 404, 409)), f.apiMark(false))
}

func (f *Feature) apiCopy(ctx context.Context, in *APIOne) (*apiCollectionOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	c, err := f.Copy(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	return f.answer(ctx, p, c.ID)
}

func (f *Feature) apiInvite(ctx context.Context, in *apiEditorInput) (*struct{}, error) {
	return f.apiKept(ctx, in.ID, func(ctx context.Context, p *models.Person, c *models.Collection) error {
		_, err := f.Invite(ctx, p, c, in.Handle)
		if models.KindOf(err) == models.Invalid { // what is wrong is the address
			err = models.E(models.NotFound, web.Describe(err).Message)
		}
		return err
	})
}

func (f *Feature) apiRemoveEditor(ctx context.Context, in *apiEditorInput) (*struct{}, error) {
	return f.apiKept(ctx, in.ID, func(ctx context.Context, p *models.Person, c *models.Collection) error {
		return f.RemoveEditor(ctx, p, c, in.Handle)
	})
}

// apiKept does something about a collection that is a person's own.
func (f *Feature) apiKept(ctx context.Context, id string, do func(context.Context, *models.Person, *models.Collection) error) (*struct{}, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	c, err := f.kept(ctx, p, id)
	if err != nil {
		return nil, err
	}
	return nil, do(ctx, p, &c)
}

// apiSay says whether a person looks after a collection.
func (f *Feature) apiSay(do func(context.Context, *models.Person, *models.Collection) error) func(context.Context, *APIOne) (*struct{}, error) {
	return func(ctx context.Context, in *APIOne) (*struct{}, error) {
		p, err := web.RequireIn(ctx)
		if err != nil {
			return nil, err
		}
		ctx = store.Fresh(ctx)
		c, err := f.Get(ctx, p, in.ID)
		if err != nil {
			return nil, err
		}
		return nil, do(ctx, p, &c)
	}
}

func (f *Feature) apiMark(on bool) func(context.Context, *apiReadingListInput) (*struct{}, error) {
	return func(ctx context.Context, in *apiReadingListInput) (*struct{}, error) {
		p, err := web.RequireIn(ctx)
		if err != nil {
			return nil, err
		}
		_, err = f.MarkList(store.Fresh(ctx), p, in.ID, in.Code, on)
		return nil, err
	}
}
