package notifications

import (
	"cmp"
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

const (
	pageURL      = "/me/notifications"
	followingURL = "/me/following"
	askedURL     = "/me/asked"
	thanksURL    = "/me/thanks"
	aPage        = 30
)

// List gives a page of what a person was told and may still read, the newest
// first. next is where the page after begins; empty when there is none.
func (f *Feature) List(ctx context.Context, p *models.Person, before string, limit int) (list []models.Notification, next string, err error) {
	if before != "" && !models.ValidID(before) {
		return nil, "", models.E(models.BadRequest, "The place in this list is not one that we gave. Start again from its beginning.")
	}
	all, more, err := f.store.Notifications(ctx, p.ID, before, limit)
	if err != nil {
		return nil, "", err
	}
	if more {
		next = all[len(all)-1].ID
	}
	list, err = f.readable(ctx, p, all)
	return list, next, err
}

// readable leaves out what a person may not read any more.
func (f *Feature) readable(ctx context.Context, p *models.Person, all []models.Notification) (list []models.Notification, err error) {
	may := map[string]bool{}
	for _, n := range all {
		about := n.CaseStudyID
		if n.Reason == models.NotifyOverdue {
			about = n.Detail
		}
		ok, known := may[about]
		if !known {
			if ok, err = f.mayRead(ctx, p, n); err != nil {
				return nil, err
			}
			may[about] = ok
		}
		if ok {
			list = append(list, n)
		}
	}
	return list, nil
}

// mayRead asks the database only of what not everybody may read.
func (f *Feature) mayRead(ctx context.Context, p *models.Person, n models.Notification) (bool, error) {
	if n.Status == models.Published || n.Reason == models.NotifyMessage || n.Reason == models.NotifyInvited || n.Reason == models.NotifyCampaign || n.Reason == models.NotifyInvitation { // it went to those in the conversation
		return true, nil
	}
	if n.Reason == models.NotifyOverdue { // it is for who leads there now
		code, _, _ := strings.Cut(n.Detail, ":")
		return p.May(models.SeeWaiting, models.Subject{Organisation: code}), nil
	}
	cs, err := f.store.CaseStudy(ctx, n.CaseStudyID)
	if err != nil {
		return false, err
	}
	err = f.site.MayRead(ctx, p, &cs)
	if kind := models.KindOf(err); kind == models.NotFound || kind == models.Gone {
		return false, nil
	}
	return err == nil, err
}

func (f *Feature) page(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	at := c.Query("cursor")
	list, next, err := f.List(ctx, p, at, aPage)
	if err != nil {
		return err
	}
	page := templates.NotificationsPage{First: at == ""}
	because, err := f.because(ctx, list)
	if err != nil {
		return err
	}
	for _, n := range list {
		page.Lines = append(page.Lines, line(n, because))
		page.Unread = page.Unread || n.ReadAt == nil
	}
	if len(list) > 0 {
		page.UpTo = list[0].ID
	}
	if next != "" {
		page.NextURL = pageURL + "?cursor=" + next
	}
	shell := f.site.Shell(c, "Notifications")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.Notifications(page))
}

// because gives the names of what people are told of things for following.
func (f *Feature) because(ctx context.Context, list []models.Notification) (map[string]string, error) {
	names := map[string]string{}
	var codes, people, searches []string
	vocabulary, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range list {
		if _, code, _ := strings.Cut(n.Detail, ":"); n.Reason == models.NotifyAdoption {
			codes = append(codes, code)
		}
		if code, _, _ := strings.Cut(n.Detail, ":"); n.Reason == models.NotifyOverdue {
			codes = append(codes, code)
		}
		if n.Reason == models.NotifyAsked {
			names[n.Detail] = web.WhyAsked(vocabulary, models.SplitKnown(n.Detail))
		}
		if n.Reason != models.NotifyPublished {
			continue
		}
		kind, thing, _ := strings.Cut(n.Detail, ":")
		switch models.FollowKind(kind) {
		case models.FollowSystem:
			names[n.Detail] = vocabulary.SystemName(thing)
		case models.FollowStandard:
			names[n.Detail] = vocabulary.StandardName(thing)
		case models.FollowOrganisation:
			codes = append(codes, thing)
		case models.FollowTag:
			names[n.Detail] = "“" + thing + "”"
		case models.FollowSearch:
			searches = append(searches, thing)
		case models.FollowPerson:
			people = append(people, thing)
		}
	}
	orgs, err := f.store.OrganisationNames(ctx, codes)
	if err != nil {
		return nil, err
	}
	for code, name := range orgs {
		names["organisation:"+code] = name
	}
	saved, err := f.store.SearchNames(ctx, searches)
	if err != nil {
		return nil, err
	}
	for id, name := range saved {
		names["search:"+id] = "“" + name + "”"
	}
	known, err := f.store.PeopleByIDs(ctx, people)
	for _, p := range known {
		names["person:"+p.ID] = p.Name
	}
	return names, err
}

// line says what happened.
func line(n models.Notification, because map[string]string) templates.NotificationLine {
	l := templates.NotificationLine{URL: pageURL + "/" + n.ID, Title: n.Title, Who: n.ActorName, When: n.CreatedAt, Unread: n.ReadAt == nil}
	switch n.Reason {
	case models.NotifyMention:
		l.Does = "mentioned you in a comment on"
	case models.NotifyReply:
		l.Does = "answered your comment on"
	case models.NotifyOwn:
		l.Does = "commented on your case study"
	case models.NotifyComment:
		l.Does, l.Why = "commented on", "You follow this case study"
	case models.NotifyStage:
		l.Does, l.Why = "moved to “"+models.Stage(n.Detail).Label()+"”:", "You wrote, voted for, commented on or follow this case study"
	case models.NotifyAdoption:
		status, code, _ := strings.Cut(n.Detail, ":")
		name := cmp.Or(because["organisation:"+code], "Organisation "+code)
		l.Does = "says that " + name + " " + does(models.AdoptionStatus(status)) + " your case study"
	case models.NotifyMessage:
		l.Does = "wrote to you about"
	case models.NotifyDecided:
		l.Does, l.Why = "decided “"+models.DecisionStatus(n.Detail).Label()+"” about", "You wrote, voted for, commented on or follow this case study"
	case models.NotifyOverdue:
		code, many, _ := strings.Cut(n.Detail, ":")
		l.Who, l.Why = cmp.Or(because["organisation:"+code], "Organisation "+code), "You lead there"
		l.Does = "has " + ideas(many) + " that waited too long:"
	case models.NotifyThanks:
		l.Does = "thanks you for"
	case models.NotifyInvited:
		l.Does = "asks you to look after a collection with them:"
	case models.NotifyCampaign:
		l.Does, l.Why = campaignDoes(n), "You follow or entered this campaign"
	case models.NotifyInvitation:
		l.Does = invitationDoes(n)
	case models.NotifyWorkspace:
		l.Does = workspaceDoes(n)
	case models.NotifyOriginal:
		l.Does, l.Why = "changed a case study that you adopt:", "You work on its adoption"
	case models.NotifyReview:
		l.Who, l.Does, l.Why = reviewWho, "asks whether this is still right:", reviewWhy(n)
	case models.NotifyAsked:
		if n.CommentID != "" {
			l.Does, l.Why = "asked a question, and you are asked what you know of it:", because[n.Detail]
			break
		}
		l.Does, l.Why = "posted an idea, and you are asked what you know of it:", because[n.Detail]
	case models.NotifyRevised:
		l.Does, l.Why = "changed", "You follow this case study"
	case models.NotifyPublished:
		l.Does = "posted"
		if name := because[n.Detail]; name != "" {
			l.Why = "You follow " + name
		}
	}
	return l
}

// ideas says how many there are.
func ideas(many string) string {
	if many == "1" {
		return "an idea"
	}
	return many + " ideas"
}

// waitingURL is where the ideas are of which a lead is told.
func waitingURL(n models.Notification) string {
	code, _, _ := strings.Cut(n.Detail, ":")
	return "/organisations/" + url.PathEscape(code) + "/waiting"
}

// does says what an organisation does with a case study.
func does(status models.AdoptionStatus) string {
	switch status {
	case models.AdoptionPlanning:
		return "plans to try"
	case models.AdoptionTrying:
		return "is trying"
	case models.AdoptionInUse:
		return "uses"
	case models.AdoptionStopped:
		return "has stopped what it tried of"
	}
	return "is interested in"
}

// open leads to what a notification is about, and marks it as read.
func (f *Feature) open(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	id := c.Params("id")
	if !models.ValidID(id) {
		return models.E(models.NotFound, "What this told you of is not there any more.")
	}
	n, err := f.store.Notification(ctx, p.ID, id)
	if err != nil {
		return err
	}
	if n.ReadAt == nil {
		if err := f.store.ReadNotifications(ctx, p.ID, n.ID, ""); err != nil {
			return err
		}
		f.site.PeopleChanged()
	}
	to := "/case-studies/" + url.PathEscape(n.Slug)
	if n.CommentID != "" {
		to = "/comments/" + n.CommentID
	}
	if n.Reason == models.NotifyMessage {
		to = "/me/conversations/" + n.Detail
	}
	if n.Reason == models.NotifyOverdue {
		to = waitingURL(n)
	}
	if n.Reason == models.NotifyAsked {
		to = askedURL
	}
	if n.Reason == models.NotifyThanks {
		to = thanksURL
	}
	if n.Reason == models.NotifyInvited {
		to = "/collections/" + n.Detail
	}
	if n.Reason == models.NotifyCampaign {
		to = campaignURL(n)
	}
	if n.Reason == models.NotifyInvitation {
		to = f.invitationURL(n)
	}
	if n.Reason == models.NotifyOriginal {
		to = workspaceURL(n) + "/changes"
	}
	if n.Reason == models.NotifyWorkspace {
		to = workspaceURL(n)
	}
	if n.Reason == models.NotifyReview {
		to += "#review"
	}
	if n.Reason == models.NotifyAdoption {
		to += "#adoptions"
	}
	return c.Redirect(to, fiber.StatusFound)
}

// readAll marks as read what the person has seen in the list, so that what has
// come meanwhile is still new.
func (f *Feature) readAll(c *fiber.Ctx, p *models.Person) error {
	upTo := web.Value(c, "up_to")
	if upTo != "" && !models.ValidID(upTo) {
		return models.E(models.BadRequest, "This form is not one of ours any more. Go back, load the page again and press the button once more.")
	}
	if err := f.store.ReadNotifications(web.SeeOwn(c), p.ID, "", upTo); err != nil {
		return err
	}
	f.site.PeopleChanged()
	return f.site.Done(c, pageURL, "All of them are marked as read.")
}

func (f *Feature) following(c *fiber.Ctx, p *models.Person) error {
	list, err := f.store.FollowedBy(web.SeeOwn(c), p.ID)
	if err != nil {
		return err
	}
	page := templates.FollowingPage{}
	for _, kind := range models.FollowKinds() {
		group := templates.FollowGroup{Title: groupTitles[kind]}
		for _, w := range list {
			if w.Kind == kind {
				group.Things = append(group.Things, templates.FollowButtonProps{How: howText(w.Delivery), Kind: string(w.Kind), Thing: w.Thing, Name: w.Name, URL: w.URL, Following: true, SignedIn: true, BackURL: followingURL})
			}
		}
		if len(group.Things) > 0 {
			page.Groups = append(page.Groups, group)
		}
	}
	shell := f.site.Shell(c, "Following")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.FollowingThings(page))
}

var groupTitles = map[models.FollowKind]string{models.FollowStudy: "Case studies", models.FollowSystem: "Systems", models.FollowStandard: "Standards",
	models.FollowOrganisation: "Organisations", models.FollowPerson: "People", models.FollowTag: "Tags", models.FollowSearch: "Saved searches", models.FollowCampaign: "Campaigns"}

// Follow has a person follow something that they may read, or no more, and gives
// what it is.
func (f *Feature) Follow(ctx context.Context, p *models.Person, what models.Followed, on bool) (models.Following, error) {
	if p == nil {
		return models.Following{}, models.E(models.Unauthorised, "Sign in to follow something.")
	}
	thing, err := f.find(ctx, p, what)
	if err != nil && !on && (models.ValidID(what.Thing) || what.Kind == models.FollowTag) { // one may always stop, whatever became of it
		thing, err = models.Following{Followed: what}, nil
	}
	if err != nil {
		return thing, err
	}
	return thing, f.store.Follow(ctx, p.ID, thing.Followed, on)
}

// find gives what a person can follow: a case study by its id or slug, a person
// by id or handle, the others by slug or code.
func (f *Feature) find(ctx context.Context, p *models.Person, what models.Followed) (models.Following, error) {
	what.Thing = models.Truncate(models.CleanLine(what.Thing), 200)
	out := models.Following{Followed: what}
	switch what.Kind {
	case models.FollowStudy:
		cs, err := f.store.CaseStudy(ctx, what.Thing)
		if err == nil {
			err = f.site.MayRead(ctx, p, &cs)
		}
		out.Thing, out.Name, out.URL = cs.ID, cs.Title, "/case-studies/"+url.PathEscape(cs.Slug)
		return out, err
	case models.FollowSystem, models.FollowStandard:
		t, err := f.store.Term(ctx, string(what.Kind), what.Thing)
		out.Name, out.URL = t.Name, "/"+string(what.Kind)+"s/"+url.PathEscape(t.ID)
		return out, err
	case models.FollowOrganisation:
		o, err := f.store.Organisation(ctx, strings.ToUpper(what.Thing))
		out.Thing, out.Name, out.URL = o.Code, o.Name, "/organisations/"+url.PathEscape(o.Code)
		return out, err
	case models.FollowPerson:
		read := f.store.PersonByHandle
		if models.ValidID(what.Thing) {
			read = f.store.PersonByID
		}
		other, err := read(ctx, what.Thing)
		switch {
		case err == nil && other.ClosedAt != nil:
			err = models.E(models.Gone, "This account is closed.")
		case err == nil && other.ID == p.ID:
			err = models.E(models.Conflict, "This is you. You are told of what happens to your own case studies and comments without following yourself.")
		}
		out.Thing, out.Name, out.URL = other.ID, other.Name, "/people/"+other.Handle
		return out, err
	case models.FollowTag:
		return f.tag(ctx, out)
	case models.FollowSearch:
		return f.search(ctx, p, out)
	case models.FollowCampaign:
		c, err := f.store.Campaign(ctx, what.Thing)
		if err == nil && !c.MayRead(p) {
			err = models.ErrNoSuchCampaign
		}
		out.Thing, out.Name, out.URL = c.ID, c.Title, "/campaigns/"+url.PathEscape(c.Slug)
		return out, err
	}
	return out, models.E(models.NotFound, "This cannot be followed: case studies, systems, standards, organisations, people, tags, campaigns and searches that you saved can.")
}

// followPage shows whether a person follows something, and lets them begin or
// stop. The pages of things lead here, since they are the same for everybody.
func (f *Feature) followPage(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	thing, err := f.find(ctx, p, models.Followed{Kind: models.FollowKind(c.Params("kind")), Thing: c.Params("thing")})
	if err != nil {
		return err
	}
	how, on, err := f.store.Follows(ctx, p.ID, thing.Followed)
	if err != nil {
		return err
	}
	page := templates.FollowPage{Tells: tells[thing.Kind], How: string(how), Ways: ways(true), Button: templates.FollowButtonProps{Kind: string(thing.Kind), Thing: thing.Thing, Name: thing.Name, URL: thing.URL, Following: on, SignedIn: true, BackURL: thing.URL}}
	shell := f.site.Shell(c, "Follow "+thing.Name)
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: thing.Name, URL: thing.URL}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.FollowThing(page))
}

// tells says what somebody hears of who follows something.
var tells = map[models.FollowKind]string{
	models.FollowStudy:        "You will be told of new comments on it, and when it changes or moves to another stage.",
	models.FollowSystem:       "You will be told of new case studies in which it is joined to something.",
	models.FollowStandard:     "You will be told of new case studies that use it.",
	models.FollowOrganisation: "You will be told of new case studies from it.",
	models.FollowPerson:       "You will be told of new case studies that they post or write.",
	models.FollowTag:          "You will be told of new case studies that have this tag.",
	models.FollowCampaign:     "You will be told when it opens, closes, is further or has results.",
	models.FollowSearch:       "You will be told of new case studies that match this search.",
}

func (f *Feature) follow(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	on := web.Value(c, "following") != "false"
	what := models.Followed{Kind: models.FollowKind(web.Value(c, "kind")), Thing: web.Value(c, "thing")}
	if web.HasField(c, "delivery") {
		return f.hearOf(c, p, what)
	}
	thing, err := f.Follow(web.SeeOwn(c), p, what, on)
	if err != nil {
		return err
	}
	text := "You follow " + thing.Name + " now. What is new comes under Your account, Notifications."
	if !on {
		text = "You have stopped following " + cmp.Or(thing.Name, "it") + "."
	}
	return f.site.Done(c, models.SafeReturn(web.Value(c, "back"), followingURL), text)
}
