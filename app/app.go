// Package app puts the features together into one web application. It is the
// one place that sees them all.
package app

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/admin"
	"grassroots/app/adoptions"
	"grassroots/app/aftermath"
	"grassroots/app/apidocs"
	"grassroots/app/assistants"
	"grassroots/app/audit"
	"grassroots/app/bookmarks"
	"grassroots/app/bundles"
	"grassroots/app/cards"
	"grassroots/app/casestudies"
	"grassroots/app/channels"
	"grassroots/app/collections"
	"grassroots/app/comments"
	"grassroots/app/connections"
	"grassroots/app/conversations"
	"grassroots/app/exchange"
	"grassroots/app/feedback"
	"grassroots/app/feeds"
	"grassroots/app/finding"
	"grassroots/app/home"
	"grassroots/app/invitations"
	"grassroots/app/jobs"
	"grassroots/app/learning"
	"grassroots/app/mail"
	"grassroots/app/moderation"
	"grassroots/app/notifications"
	"grassroots/app/organisations"
	"grassroots/app/outbound"
	"grassroots/app/patientdata"
	"grassroots/app/people"
	"grassroots/app/people/provider"
	"grassroots/app/reading"
	"grassroots/app/reflections"
	"grassroots/app/searches"
	"grassroots/app/site"
	"grassroots/app/thanks"
	"grassroots/app/uploads"
	"grassroots/app/vocabulary"
	"grassroots/app/web"
	"grassroots/app/webhooks"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/models/format"
	"grassroots/models/store"
	"grassroots/search"
	"grassroots/templates"
)

// BodyLimit is the largest request that is read, in bytes: a file of 10 MB in
// its form. Text has its own, smaller limits.
const BodyLimit = 12 << 20

// Deps is what the application leans on. Every one is needed.
type Deps struct {
	Config  web.Config
	Store   *store.Store
	Index   search.Index
	Queue   *jobs.Queue
	Mail    *mail.Service
	Uploads *uploads.Store
	Assets  *assets.Assets
	Log     *slog.Logger
	Now     func() time.Time
	// AuditKeep is how long the audit record is kept; 0 is for ever.
	AuditKeep time.Duration
	// Outbound says how other servers are asked; its zero value will do.
	Outbound outbound.Config
	// MaxCopies is how many copies of case studies of one other instance are kept
	// at most; 0 sets no limit.
	MaxCopies int
	// Timeouts bound what a connection may take; its zero value will do.
	Timeouts Timeouts
}

// App is the application: its pages as a Fiber app, and the operations that
// commands run without a browser.
type App struct {
	*fiber.App
	Site          *web.Site
	API           huma.API
	CaseStudies   *casestudies.Feature
	Comments      *comments.Feature
	Adoptions     *adoptions.Feature
	Finding       *finding.Feature
	Bundles       *bundles.Feature
	Exchange      *exchange.Feature
	Notifications *notifications.Feature
	Feedback      *feedback.Feature
	Conversations *conversations.Feature
	Aftermath     *aftermath.Feature
	Invitations   *invitations.Feature

	about *site.Feature
	lists *collections.Feature
	knows func(c *fiber.Ctx, cs models.CaseStudy) (templ.Component, error) // who knows what a case study joins
	asks  func(c *fiber.Ctx, cs models.CaseStudy) (templ.Component, error) // how to ask those who wrote it
	named func(ctx context.Context, text string) ([]models.Known, error)   // what a text names that people can know
}

// New makes the application and registers its jobs with the queue.
func New(d Deps) *App {
	shared := web.NewSite(d.Config, d.Store, d.Index, d.Assets, d.Log, d.Now)
	a := &App{Site: shared, CaseStudies: casestudies.New(shared, d.Queue, d.Uploads), Comments: comments.New(shared), Adoptions: adoptions.New(shared)}
	a.Finding = finding.New(shared, d.Queue, finding.CaseStudies{Documents: a.CaseStudies.AllDocuments, Find: a.CaseStudies.FromDatabase})
	a.Bundles = bundles.New(shared, d.Queue, d.Uploads, bundles.Hooks{CheckLists: casestudies.CheckLists, Prepare: a.CaseStudies.Prepare,
		AfterWrite: a.CaseStudies.AfterWrite, Index: a.CaseStudies.Index, Importer: a.Importer, Comment: a.Comments.RenderKept})
	a.lists = collections.New(shared, a.CaseStudies.Cards)
	timeouts := d.Timeouts.orDefault()
	a.App = fiber.New(fiber.Config{
		AppName:      "Grassroots",
		ErrorHandler: shared.HandleError,
		// Strings that Fiber hands out otherwise change after the handler.
		Immutable:               true,
		BodyLimit:               BodyLimit,
		ReadTimeout:             timeouts.Read,
		WriteTimeout:            timeouts.Write,
		IdleTimeout:             timeouts.Idle,
		ReadBufferSize:          16 << 10,
		DisableStartupMessage:   true,
		EnableTrustedProxyCheck: true,
		StreamRequestBody:       false,
	})
	a.Server().Logger = wireLog{d.Log}
	a.about = site.New(shared, d.Queue)
	a.Use(a.about.Measure)
	shared.Use(a.App)
	a.routes(d)
	return a
}

func (a *App) routes(d Deps) {
	r := a.Site.Guard(a.App, func(method, path string) { panic("app: no rule says who may " + method + " " + path) })
	a.CaseStudies.Below, a.CaseStudies.Mail = a.belowStudy, d.Mail
	a.CaseStudies.Routes(r)
	a.Comments.Routes(r)
	a.Adoptions.Routes(r)
	persons := a.people(d)
	bodies := organisations.New(a.Site, a.CaseStudies.Cards)
	terms, lessons := vocabulary.New(a.Site, a.CaseStudies.Cards), learning.New(a.Site)
	bodies.Below, terms.Learnt = a.belowOrganisation, lessons.OfTerm
	joins := connections.New(a.Site)
	for _, feature := range []interface{ Routes(fiber.Router) }{joins, persons, bodies, terms, admin.New(a.Site, d.Mail), a.Bundles} {
		feature.Routes(r)
	}
	patients, reads := patientdata.New(a.Site), reading.New(a.Site)
	judged := moderation.New(a.Site, d.Mail, moderation.Hooks{CaseStudy: a.CaseStudies.Get, Comment: a.Comments.Get, Adoption: a.Adoptions.ByID, Collection: a.lists.Read,
		Move: a.CaseStudies.Moderated, Tell: a.Comments.Moderated, TellAdoption: a.Adoptions.Moderated}, terms.Waiting, patients.Section)
	judged.Routes(r)
	a.CaseStudies.Hold, a.Comments.Hold, a.Adoptions.Hold = judged.HoldStudy, judged.HoldComment, judged.HoldAdoption
	a.CaseStudies.Merged, a.CaseStudies.Unmerge = judged.Merged, judged.Unmerge
	audit.New(a.Site, d.Queue, d.AuditKeep).Routes(r)
	hooks := webhooks.New(a.Site, d.Queue, outbound.New(d.Outbound))
	teams := channels.New(a.Site, d.Queue, outbound.New(d.Outbound))
	teams.Routes(r)
	told := notifications.New(a.Site, d.Queue, d.Mail)
	a.Notifications = told
	told.Routes(r)
	a.CaseStudies.Announce = func(ctx context.Context, what models.EventType, cs models.CaseStudy) error {
		return errors.Join(hooks.CaseStudy(ctx, what, cs), told.CaseStudy(ctx, what, cs), teams.CaseStudy(ctx, what, cs))
	}
	a.CaseStudies.ReviseLimited = told.Revised // to no other system
	a.Comments.Announce = func(ctx context.Context, what models.EventType, c models.Comment, cs models.CaseStudy) error {
		return errors.Join(hooks.Comment(ctx, what, c, cs), told.Comment(ctx, what, c, cs))
	}
	a.Adoptions.Announce = func(ctx context.Context, what models.EventType, ad models.Adoption, cs models.CaseStudy, step bool) error {
		return errors.Join(hooks.Adoption(ctx, what, ad, cs), told.Adoption(ctx, what, ad, cs, step))
	}
	kept, learnt, searched, thanked, heard := bookmarks.New(a.Site, a.CaseStudies.Cards), reflections.New(a.Site), searches.New(a.Site), thanks.New(a.Site), a.impact(d)
	camps, rooms := a.campaigns(d, told), a.workspaces(d.Queue, d.Uploads, told)
	thanked.Tell, a.lists.TellInvited, a.lists.Hold = told.Thanked, told.Invited, judged.HoldCollection
	for _, feature := range []interface{ Routes(fiber.Router) }{a.conversations(told, judged), kept, a.feedback(d, told), learnt, searched, thanked, heard, a.lists, camps, rooms, lessons, patients, reads, hooks, a.leading()} {
		feature.Routes(r)
	}
	a.Exchange = exchange.New(a.Site, d.Queue, d.Uploads, exchange.Config{Outbound: d.Outbound, MaxCopies: d.MaxCopies}, exchange.Hooks{Read: a.readable, Prepare: a.CaseStudies.Prepare,
		AfterWrite: a.CaseStudies.AfterWrite, Announce: hooks.CaseStudy})
	a.Exchange.Routes(r)
	a.about.Routes(r)
	start := a.start(r)
	feeds.New(a.Site, feeds.Lists{Parse: casestudies.ParseQuery, Find: a.found, System: terms.System, CaseStudy: a.readable}).Routes(r)
	cards.New(a.Site, a.readable).Routes(r)
	assistants.New(a.Site, assistants.Sources{Find: a.found, CaseStudy: a.readable, Connections: joins.Find,
		Markdown: func(cs models.CaseStudy) ([]byte, error) { return format.Write(a.CaseStudies.File(cs)) }}).Routes(r)
	a.API = a.Site.NewAPI(a.App, r)
	apidocs.New(a.Site, a.API).Routes(r)
	for _, feature := range []interface{ API(huma.API) }{a.CaseStudies, a.Comments, a.Adoptions, persons, bodies, terms, joins, a.Finding, patients, reads, judged, told, kept, a.Feedback, learnt, searched, thanked, heard, a.lists, camps, rooms, lessons, start, a.Conversations, a.leading()} {
		feature.API(a.API)
	}
}

// people makes the feature of people, which others ask who knows something.
func (a *App) people(d Deps) *people.Feature {
	persons := people.New(a.Site, d.Mail, a.CaseStudies.Cards)
	persons.Leave = a.CaseStudies.Leave
	persons.Provider = Provider(d.Config, d.Outbound, d.Now)
	a.knows, a.named = persons.KnowsAbout, persons.Named
	a.CaseStudies.WhoKnows = persons.NeedIn
	return persons
}

// conversations makes the feature of private questions, of which people are told
// and moderators where somebody reports one.
func (a *App) conversations(told *notifications.Feature, judged *moderation.Feature) *conversations.Feature {
	talks := conversations.New(a.Site)
	talks.Tell = told.Message
	talks.Report = func(ctx context.Context, by *models.Person, about string, reason models.ReportReason, words string) error {
		_, _, _, err := judged.Report(ctx, by, moderation.NewReport{Kind: models.ThingPerson, Thing: about, Reason: reason, Words: words})
		return err
	}
	a.Conversations, a.asks = talks, talks.Link
	return talks
}

// start makes the start page, which shows what other features have.
func (a *App) start(r fiber.Router) *home.Feature {
	f := home.New(a.Site, home.Hooks{Front: a.CaseStudies.Front, Cards: a.CaseStudies.Cards, Picks: a.CaseStudies.ForYou, Ideas: a.CaseStudies.IdeasFor, Active: a.CaseStudies.Active})
	f.Routes(r)
	return f
}

// feedback makes the feature that has ideas answered, of which people are told.
func (a *App) feedback(d Deps, told *notifications.Feature) *feedback.Feature {
	f := feedback.New(a.Site, d.Queue)
	f.TellAsked, f.TellLeads, f.TellDecided, f.Named = told.Asked, told.Overdue, told.Decided, a.named
	a.Feedback = f
	a.CaseStudies.Offer = f.Offer
	return f
}

// Provider is the OpenID provider of the settings, nil when they name none. The
// operator has named it, so it may be on a private network; the addresses that
// it gives may not, unless they are of the same host.
func Provider(cfg web.Config, out outbound.Config, now func() time.Time) *provider.Provider {
	if !cfg.SingleSignOn.On() {
		return nil
	}
	host := ""
	if u, err := url.Parse(cfg.SingleSignOn.Issuer); err == nil {
		host = u.Hostname()
	}
	return provider.New(provider.Config{SingleSignOn: cfg.SingleSignOn, RedirectURL: cfg.BaseURL + "/sign-in/provider/callback", PostLogoutURL: cfg.BaseURL + "/sign-out",
		HTTP: outbound.New(out).HTTP(host), Now: now})
}

// Description gives the OpenAPI document of the API. It needs no store: the
// operations are described, not asked.
func Description() ([]byte, error) {
	a := New(Deps{Index: search.Away{}, Queue: jobs.New(nil, jobs.Config{}), Log: slog.New(slog.DiscardHandler), Now: time.Now})
	return apidocs.Description(a.API)
}

// belowStudy is what stands under a case study on its page: who has adopted it,
// and what is said of it.
func (a *App) belowStudy(c *fiber.Ctx, cs models.CaseStudy) (templ.Component, error) {
	adopted, err := a.Adoptions.Section(c, cs)
	if err != nil {
		return nil, err
	}
	who, err := a.knows(c, cs)
	if err != nil {
		return nil, err
	}
	ask, err := a.asks(c, cs)
	if err != nil {
		return nil, err
	}
	said, err := a.Comments.Section(c, cs)
	if p := web.Person(c); p != nil {
		who = templates.Both(who, templates.ReflectLink(cs.Slug))
		if cs.OwnerID != p.ID && cs.Copy == nil && cs.Status == models.Published {
			who = templates.Both(templates.ThankLink(cs.Slug), who)
		}
	}
	return templates.Both(templates.Both(adopted, templates.Both(ask, who)), said), err
}

// belowOrganisation is what stands under an organisation on its page: for its
// leads what waits for them, and for everybody its reading lists and what it adopts.
func (a *App) belowOrganisation(c *fiber.Ctx, code string) (templ.Component, error) {
	waits, err := a.Feedback.OfOrganisation(c, code)
	if err != nil {
		return nil, err
	}
	reads, err := a.lists.OfOrganisation(c, code)
	if err != nil {
		return nil, err
	}
	adopted, err := a.Adoptions.OfOrganisation(c, code)
	if err != nil {
		return nil, err
	}
	invited, err := a.Invitations.OfOrganisation(c, code)
	return templates.Both(templates.Both(invited, waits), templates.Both(reads, adopted)), err
}

// found answers a query with the case studies alone, for a feed.
func (a *App) found(ctx context.Context, q models.ListQuery) (models.Page[models.Summary], error) {
	listing, err := a.CaseStudies.List(ctx, q, nil)
	return listing.Page, err
}

// readable gives a case study that everybody may read.
func (a *App) readable(ctx context.Context, slug string) (models.CaseStudy, error) {
	return a.CaseStudies.Get(ctx, nil, slug)
}
