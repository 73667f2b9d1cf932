package notifications

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type apiNotification struct {
	ID           string    `json:"id" doc:"ULID"`
	Reason       string    `json:"reason" enum:"mention,reply,own,stage,adoption,comment,published,revised,message,asked,overdue,decided,thanks,invited,campaign,invitation,workspace,original,review" doc:"Why you are told: a comment mentions you, answers yours or is on your own case study; a case study that you have a part in is at another stage; an organisation says how far it is with one that you wrote; what you follow has a new comment, a new case study or a change; somebody wrote to you in private; you are asked for what you know about an idea; ideas of an organisation that you lead have waited too long; somebody thanks you; somebody asks you to look after a collection with them; you are invited to a campaign; you are added to the workspace of an adoption, or given a task there; a case study that you adopt has changed; or one of yours, or of an organisation that you lead, is to be read again."`
	CaseStudy    string    `json:"case_study" doc:"Id of the case study; empty for a private message, a collection or a campaign."`
	Title        string    `json:"title" doc:"Of the case study, the conversation, the collection or the campaign."`
	Comment      string    `json:"comment,omitempty" doc:"Id of the comment."`
	By           string    `json:"by" doc:"Name of who did it."`
	Stage        string    `json:"stage,omitempty" doc:"The new one."`
	Adoption     string    `json:"adoption,omitempty" doc:"How far the organisation is: interested, planning, trying, in-use or stopped."`
	Organisation string    `json:"organisation,omitempty" doc:"ODS code of who adopts, or whose ideas wait."`
	Created      time.Time `json:"created"`
	Read         bool      `json:"read"`
	URL          string    `json:"url" format:"uri" doc:"Leads to what it is about, and marks it as read."`
}

type apiNotificationsInput struct{ web.PageParams }

type apiNotificationsOutput struct{ Body web.List[apiNotification] }

type apiFollowing struct {
	Kind  string `json:"kind" enum:"case-study,system,standard,organisation,person,tag,search,campaign"`
	Thing string `json:"thing" doc:"Id of a case study or a person, slug of a system or a tag, code of a standard or an organisation, id of a saved search of yours."`
	Name  string `json:"name"`
	// Delivery is how they hear of it.
	Delivery string `json:"delivery,omitempty" enum:"at-once,daily,weekly,site,none" doc:"How you hear of it; absent where that is as you have chosen for each kind of notification."`
	URL      string `json:"url" format:"uri"`
}

type apiFollowingOutput struct{ Body web.List[apiFollowing] }

type apiFollowInput struct {
	Kind  string `path:"kind" enum:"case-study,system,standard,organisation,person,tag,search,campaign"`
	Thing string `path:"thing" maxLength:"200" doc:"Id or slug of a case study, id or handle of a person, slug of a system or a tag, code of a standard or an organisation, id of a saved search of yours." example:"systmone"`
}

type apiHearInput struct {
	Kind     string `path:"kind" enum:"case-study,system,standard,organisation,person,tag,search,campaign"`
	Thing    string `path:"thing" maxLength:"200" doc:"Id or slug of a case study, id or handle of a person, slug of a system or a tag, code of a standard or an organisation, id of a saved search of yours." example:"systmone"`
	Delivery string `query:"delivery" enum:"at-once,daily,weekly,site,none" doc:"How to hear of it. Without it nothing is changed where you follow it already, and it is as you have chosen for each kind where you do not."`
}

type apiFollowOutput struct{ Body apiFollowing }

// API adds what a person was told and what they follow.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Notifications"}, Summary: summary, Description: description, Security: web.TokenSecurity(), Errors: errors}
	}
	web.Operation(f.site, api, add("list-notifications", http.MethodGet, "/me/notifications", "What you were told", "The newest first. What is withdrawn or deleted since, or not for you to read any more, is left out, so a page may have fewer than it could; `next` says whether there are more."), f.apiList)
	web.Operation(f.site, api, add("list-following", http.MethodGet, "/me/following", "What you follow", "By kind and name; at most 500."), f.apiFollowing)
	web.Operation(f.site, api, add("follow", http.MethodPut, "/me/following/{kind}/{thing}", "Follow something", "You are told of what is new about it. Doing it again changes nothing.", http.StatusNotFound, http.StatusConflict, http.StatusGone), f.apiFollow)
	stop := add("unfollow", http.MethodDelete, "/me/following/{kind}/{thing}", "Stop following something", "Doing it again changes nothing.", http.StatusNotFound, http.StatusConflict, http.StatusGone)
	stop.DefaultStatus = http.StatusNoContent
	web.Operation(f.site, api, stop, f.apiUnfollow)
	f.settingsAPI(api)
}

func (f *Feature) apiList(ctx context.Context, in *apiNotificationsInput) (*apiNotificationsOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	list, next, err := f.List(store.Fresh(ctx), p, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	total, err := f.store.CountNotifications(store.Fresh(ctx), p.ID)
	if err != nil {
		return nil, err
	}
	items := make([]apiNotification, len(list))
	for i, n := range list {
		items[i] = apiNotification{ID: n.ID, Reason: string(n.Reason), CaseStudy: n.CaseStudyID, Title: n.Title, Comment: n.CommentID, By: n.ActorName, Created: n.CreatedAt.UTC(),
			Read: n.ReadAt != nil, URL: f.site.URL(pageURL + "/" + n.ID)}
		switch n.Reason {
		case models.NotifyAdoption:
			items[i].Adoption, items[i].Organisation, _ = strings.Cut(n.Detail, ":")
		case models.NotifyOverdue:
			items[i].Organisation, _, _ = strings.Cut(n.Detail, ":")
		case models.NotifyStage:
			items[i].Stage = n.Detail
		}
	}
	return &apiNotificationsOutput{Body: web.NewList(items, next, total)}, nil
}

func (f *Feature) apiFollowing(ctx context.Context, _ *struct{}) (*apiFollowingOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	list, err := f.store.FollowedBy(store.Fresh(ctx), p.ID)
	if err != nil {
		return nil, err
	}
	items := make([]apiFollowing, len(list))
	for i, w := range list {
		items[i] = f.apiOf(w)
	}
	return &apiFollowingOutput{Body: web.NewList(items, "", len(items))}, nil
}

func (f *Feature) apiOf(w models.Following) apiFollowing {
	return apiFollowing{Kind: string(w.Kind), Thing: w.Thing, Name: w.Name, Delivery: string(w.Delivery), URL: f.site.URL(w.URL)}
}

func (f *Feature) apiFollow(ctx context.Context, in *apiHearInput) (*apiFollowOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	w, err := f.Follow(ctx, p, models.Followed{Kind: models.FollowKind(in.Kind), Thing: in.Thing}, true)
	if err == nil && in.Delivery != "" {
		w, err = f.HearOf(ctx, p, w.Followed, models.Delivery(in.Delivery))
	} else if err == nil {
		w.Delivery, _, err = f.store.Follows(ctx, p.ID, w.Followed)
	}
	if err != nil {
		return nil, err
	}
	return &apiFollowOutput{Body: f.apiOf(w)}, nil
}

func (f *Feature) apiUnfollow(ctx context.Context, in *apiFollowInput) (*struct{}, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	_, err = f.Follow(store.Fresh(ctx), p, models.Followed{Kind: models.FollowKind(in.Kind), Thing: in.Thing}, false)
	return nil, err
}
