// Package notifications tells people what they wait for: what became of what
// they wrote, who speaks to them, and what is new about what they follow. What
// happened is told once, by a job that is written in the transaction in which it
// happened.
package notifications

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

const (
	// atOnce is how many people are told in one transaction.
	atOnce = 500
	// keepFor is how long it is remembered what somebody was told.
	keepFor = 180 * 24 * time.Hour
)

// Feature is the operations, pages and jobs, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	queue *jobs.Queue
	mail  *mail.Service
}

// New makes the feature and registers its jobs.
func New(site *web.Site, queue *jobs.Queue, mailer *mail.Service) *Feature {
	f := &Feature{site: site, store: site.Store, queue: queue, mail: mailer}
	if mailer != nil { // there is none where the API is but described
		mailer.Composes(f.compose)
	}
	jobs.RegisterLong(queue, 30*time.Minute, f.collect)
	queue.Every(time.Minute, collect{})
	jobs.RegisterLong(queue, 30*time.Minute, f.tell)
	jobs.RegisterLong(queue, 30*time.Minute, f.tellOfCampaign)
	jobs.RegisterLong(queue, 30*time.Minute, f.recount)
	jobs.Register(queue, f.sweep)
	queue.Every(24*time.Hour, sweep{})
	return f
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/me/notifications", web.Signed(f.page))
	r.Post("/me/notifications/read", web.Signed(f.readAll))
	r.Get("/me/notifications/settings", web.Signed(f.settingsPage))
	r.Post("/me/notifications/settings", web.Signed(f.saveSettings))
	r.Get("/me/notifications/:id", web.Signed(f.open))
	r.Get("/me/following", web.Signed(f.following))
	r.Get("/follow/:kind/:thing", web.Signed(f.followPage))
	r.Post("/follow", f.follow)
	r.Get(web.OneClickPath+":token", f.stopPage)
	r.Post(web.OneClickPath+":token", f.stop)
}

// tell is the job that finds out whom to tell of something.
type tell struct {
	Event    models.EventType `json:"event"`
	Study    string           `json:"study"`
	Revision int              `json:"revision,omitempty"`
	Comment  string           `json:"comment,omitempty"`
	Adopts   *adopts          `json:"adopts,omitempty"`
	Decision string           `json:"decision,omitempty"`
	By       string           `json:"by,omitempty"`
}

// adopts is what an organisation said of a case study.
type adopts struct {
	ID           string                `json:"id"`
	Step         int                   `json:"step"`
	Organisation string                `json:"organisation"`
	Status       models.AdoptionStatus `json:"status"`
	By           string                `json:"by"`
}

// Kind implements jobs.Args.
func (tell) Kind() string { return "notifications.tell" }

// CaseStudy has people told what happened to a case study, in the transaction in
// which it happened. Of what is withdrawn nobody is told; what has been limited is
// withdrawn to most, and told to those who may still read it.
func (f *Feature) CaseStudy(ctx context.Context, what models.EventType, cs models.CaseStudy) error {
	if cs.Copy != nil {
		return nil
	}
	if what == models.EventCaseStudyWithdrawn && cs.Status != models.Limited {
		return f.queue.Enqueue(ctx, recount{Study: cs.ID})
	}
	return f.queue.Enqueue(ctx, tell{Event: what, Study: cs.ID, Revision: cs.Revision})
}

// Revised is CaseStudy for one that has changed.
func (f *Feature) Revised(ctx context.Context, cs models.CaseStudy) error {
	return f.CaseStudy(ctx, models.EventCaseStudyRevised, cs)
}

// Comment has people told of a comment, in the transaction in which it was
// posted.
func (f *Feature) Comment(ctx context.Context, what models.EventType, c models.Comment, cs models.CaseStudy) error {
	if what == models.EventCommentDeleted {
		return f.queue.Enqueue(ctx, recount{cs.ID, c.ID})
	}
	if what != models.EventCommentCreated {
		return nil
	}
	return f.queue.Enqueue(ctx, tell{Event: what, Study: cs.ID, Comment: c.ID})
}

// Adoption has those who posted or wrote a case study told that an organisation
// adopts it, or is further with it, in the transaction in which that is said.
func (f *Feature) Adoption(ctx context.Context, what models.EventType, a models.Adoption, cs models.CaseStudy, step bool) error {
	if !step || what == models.EventAdoptionRemoved || len(a.Steps) == 0 {
		return nil
	}
	last := len(a.Steps) - 1
	return f.queue.Enqueue(ctx, tell{Event: what, Study: cs.ID, Adopts: &adopts{a.ID, last + 1, a.Organisation, a.Steps[last].Status, a.Steps[last].PersonID}})
}

// Message has people told that somebody wrote to them in private, in the
// transaction in which it was written: it says who and in which conversation, and
// never what.
func (f *Feature) Message(ctx context.Context, conversation, message, author string, people []string) error {
	if len(people) == 0 {
		return nil
	}
	return f.store.Notify(ctx, models.Notification{Event: "message:" + conversation + ":" + message, Reason: models.NotifyMessage, ActorID: author, Detail: conversation}, toldOf(people))
}

// Thanked has people told that somebody thanks them, in the transaction in which
// it was said.
func (f *Feature) Thanked(ctx context.Context, t models.Thanks, people []string) error {
	return f.store.Notify(ctx, models.Notification{Event: "thanks:" + t.ID, Reason: models.NotifyThanks, CaseStudyID: t.CaseStudyID, ActorID: t.FromID}, toldOf(people))
}

// Invited has somebody told that they are asked to look after a collection, in the
// transaction in which they are: once for each collection.
func (f *Feature) Invited(ctx context.Context, collection, by, person string) error {
	return f.store.Notify(ctx, models.Notification{Event: "invited:" + collection + ":" + person, Reason: models.NotifyInvited, ActorID: by, Detail: collection}, toldOf([]string{person}))
}

// Asked has somebody told that they are asked about an idea or a question, in the
// transaction in which they are.
func (f *Feature) Asked(ctx context.Context, a models.Ask, asker string) error {
	return f.store.Notify(ctx, models.Notification{Event: "asked:" + a.CaseStudyID, Reason: models.NotifyAsked, CaseStudyID: a.CaseStudyID, CommentID: a.QuestionID, ActorID: asker, Detail: models.JoinKnown(a.Why)}, toldOf([]string{a.PersonID}))
}

// Decided has those who had a part in a case study told what became of it, in the
// transaction in which it was decided.
func (f *Feature) Decided(ctx context.Context, d models.Decision) error {
	return f.queue.Enqueue(ctx, tell{Study: d.CaseStudyID, Decision: string(d.Status), By: d.PersonID})
}

// tellOfDecision tells each once of a status, whatever their parts. Of what has
// been decided otherwise meanwhile nobody is told.
func (f *Feature) tellOfDecision(ctx context.Context, cs models.CaseStudy, t tell) error {
	if string(cs.Decision.Status) != t.Decision {
		return nil
	}
	n := models.Notification{Event: "decided:" + cs.ID + ":" + t.Decision, Reason: models.NotifyDecided, CaseStudyID: cs.ID, ActorID: t.By, Detail: t.Decision}
	return f.notifyInvolved(ctx, &cs, n)
}

// notifyInvolved tells everybody who had a part in a case study, page by page.
func (f *Feature) notifyInvolved(ctx context.Context, cs *models.CaseStudy, n models.Notification) error {
	for after := ""; ; {
		people, err := f.store.Involved(ctx, cs.ID, after, atOnce)
		if err != nil || len(people) == 0 {
			return err
		}
		if err := f.notify(ctx, cs, n, people); err != nil {
			return err
		}
		after = people[len(people)-1].PersonID
	}
}

// Overdue has the leads of an organisation told that ideas have waited for too
// long, n of them; actor is who posted the first.
func (f *Feature) Overdue(ctx context.Context, organisation, first, actor string, n int, leads []string) error {
	return f.store.Notify(ctx, models.Notification{Event: "overdue:" + organisation + ":" + first, Reason: models.NotifyOverdue, ActorID: actor, Detail: organisation + ":" + strconv.Itoa(n)}, toldOf(leads))
}

// tell finds whom to tell, page by page, so that it takes as much memory for a
// hundred thousand followers as for ten. Run again it tells nobody twice.
func (f *Feature) tell(ctx context.Context, t tell) error {
	cs, err := f.store.CaseStudy(ctx, t.Study)
	if models.KindOf(err) == models.NotFound || err == nil && cs.Status == models.Withdrawn {
		return nil // gone again
	}
	if err != nil {
		return err
	}
	if t.Decision != "" {
		return f.tellOfDecision(ctx, cs, t)
	}
	switch t.Event {
	case models.EventCommentCreated:
		return f.tellOfComment(ctx, cs, t.Comment)
	case models.EventCaseStudyPublished:
		return f.tellOfPublished(ctx, cs)
	case models.EventAdoptionCreated, models.EventAdoptionUpdated:
		return f.tellOfAdoption(ctx, cs, *t.Adopts)
	}
	return f.tellOfRevised(ctx, cs, t.Revision)
}

func (f *Feature) tellOfComment(ctx context.Context, cs models.CaseStudy, id string) error {
	c, err := f.store.Comment(ctx, id)
	if models.KindOf(err) == models.NotFound || err == nil && c.DeletedAt != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.recount(ctx, recount{cs.ID, c.ID}); err != nil { // it may have been hidden
		return err
	}
	n := models.Notification{Event: "comment:" + c.ID, CaseStudyID: cs.ID, CommentID: c.ID, ActorID: c.AuthorID}
	mentioned, err := f.store.MentionedIn(ctx, c.ID)
	if err != nil {
		return err
	}
	var answered []string
	if c.ParentID != "" {
		parent, err := f.store.Comment(ctx, c.ParentID)
		if err != nil {
			return err
		}
		answered = []string{parent.AuthorID}
	}
	authors, err := f.store.AuthorsOf(ctx, cs.ID)
	if err != nil {
		return err
	}
	// Who is told for one reason is not told again for a later one.
	for _, group := range []struct {
		reason models.NotifyReason
		people []string
	}{{models.NotifyMention, mentioned}, {models.NotifyReply, answered}, {models.NotifyOwn, authors}} {
		n.Reason = group.reason
		if err := f.notify(ctx, &cs, n, toldOf(group.people)); err != nil {
			return err
		}
	}
	n.Reason = models.NotifyComment
	return f.notifyFollowers(ctx, &cs, n, []models.Followed{{Kind: models.FollowStudy, Thing: cs.ID}}, "")
}

func (f *Feature) tellOfAdoption(ctx context.Context, cs models.CaseStudy, a adopts) error {
	now, err := f.store.AdoptionByID(ctx, a.ID)
	if models.KindOf(err) == models.NotFound || err == nil && now.Hidden != "" {
		return nil // gone again
	}
	if err != nil {
		return err
	}
	authors, err := f.store.AuthorsOf(ctx, cs.ID)
	if err != nil {
		return err
	}
	return f.notify(ctx, &cs, models.Notification{Event: "adoption:" + a.ID + ":" + strconv.Itoa(a.Step), Reason: models.NotifyAdoption, CaseStudyID: cs.ID, ActorID: a.By,
		Detail: string(a.Status) + ":" + a.Organisation}, toldOf(authors))
}

func (f *Feature) tellOfPublished(ctx context.Context, cs models.CaseStudy) error {
	things, err := f.store.FiledUnder(ctx, &cs)
	if err != nil {
		return err
	}
	if err := f.match(ctx, &cs); err != nil {
		return err
	}
	if err := f.recount(ctx, recount{Study: cs.ID}); err != nil { // it may have been withdrawn
		return err
	}
	n := models.Notification{Event: "published:" + cs.ID, Reason: models.NotifyPublished, CaseStudyID: cs.ID, ActorID: cs.OwnerID}
	return f.notifyFollowers(ctx, &cs, n, things, cs.ID)
}

// tellOfRevised tells everybody who had a part in it when a case study has come
// to another stage, and of any other change those alone who follow it.
func (f *Feature) tellOfRevised(ctx context.Context, cs models.CaseStudy, number int) error {
	if number < 2 {
		return nil
	}
	now, err := f.store.Revision(ctx, cs.ID, number)
	if err != nil {
		return err
	}
	before, err := f.store.Revision(ctx, cs.ID, number-1)
	if err != nil {
		return err
	}
	n := models.Notification{Event: "revision:" + cs.ID + ":" + strconv.Itoa(number), Reason: models.NotifyRevised, CaseStudyID: cs.ID, ActorID: now.EditorID}
	tell := func() error {
		return f.notifyFollowers(ctx, &cs, n, []models.Followed{{Kind: models.FollowStudy, Thing: cs.ID}}, "")
	}
	if now.Document.Stage != before.Document.Stage {
		n.Reason, n.Detail = models.NotifyStage, string(now.Document.Stage)
		tell = func() error { return f.notifyInvolved(ctx, &cs, n) }
	}
	if err := tell(); err != nil || !now.Document.ChangedFrom(&before.Document) {
		return err
	}
	return f.tellAdopters(ctx, &cs, n)
}

// toldOf are people whom something concerns for no thing that they follow.
func toldOf(people []string) []store.Told {
	out := make([]store.Told, len(people))
	for i, id := range people {
		out[i].PersonID = id
	}
	return out
}

func (f *Feature) notifyFollowers(ctx context.Context, cs *models.CaseStudy, n models.Notification, things []models.Followed, found string) error {
	for after := ""; ; {
		followers, err := f.store.Followers(ctx, things, found, after, atOnce)
		if err != nil || len(followers) == 0 {
			return err
		}
		if err := f.notify(ctx, cs, n, followers); err != nil {
			return err
		}
		after = followers[len(followers)-1].PersonID
	}
}

// notify tells those of some people who may read the case study, but not who did
// it.
func (f *Feature) notify(ctx context.Context, cs *models.CaseStudy, n models.Notification, people []store.Told) error {
	people = slices.DeleteFunc(slices.Clone(people), func(t store.Told) bool { return t.PersonID == n.ActorID })
	if cs.Status == models.Limited {
		var err error
		if people, err = f.whoMayRead(ctx, cs, people); err != nil {
			return err
		}
	}
	if len(people) == 0 {
		return nil
	}
	return f.store.Notify(ctx, n, people)
}

func (f *Feature) whoMayRead(ctx context.Context, cs *models.CaseStudy, people []store.Told) ([]store.Told, error) {
	var may []store.Told
	for _, t := range people {
		p, err := f.store.PersonByID(ctx, t.PersonID)
		if err != nil {
			return nil, err
		}
		ok, err := f.site.May(ctx, &p, cs.ReadRight(), cs)
		if err != nil {
			return nil, err
		}
		if ok {
			may = append(may, t)
		}
	}
	return may, nil
}

// recount is the job that counts again what people have not read, where something
// went of which they were told.
type recount struct {
	Study   string `json:"study"`
	Comment string `json:"comment,omitempty"`
}

// Kind implements jobs.Args.
func (recount) Kind() string { return "notifications.recount" }

func (f *Feature) recount(ctx context.Context, r recount) error {
	for after := ""; ; {
		last, err := f.store.RecountUnread(ctx, r.Study, r.Comment, after, atOnce)
		if err != nil || last == "" {
			return err
		}
		f.site.PeopleChanged()
		after = last
	}
}

// sweep is the job that forgets what people were told long ago.
type sweep struct{}

// Kind implements jobs.Args.
func (sweep) Kind() string { return "notifications.sweep" }

func (f *Feature) sweep(ctx context.Context, _ sweep) error {
	if err := f.store.ForgetMatches(ctx, f.site.Now().Add(-models.MatchesFor)); err != nil {
		return err
	}
	return f.store.ForgetNotifications(ctx, f.site.Now().Add(-keepFor))
}
