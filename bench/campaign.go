package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"grassroots/app"
	"grassroots/app/casestudies"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/models/personal"
	"grassroots/models/store"
	"grassroots/models/store/storetest/pgserver"
	"grassroots/search"
	"grassroots/search/embedded"
)

// How large the campaign is that is played through.
const (
	trusts     = 100
	staff      = 2000
	entries    = 400 // of which the first quarter comes early, and the rest at once within the last hour
	early      = 100
	invited    = 10000
	judges     = 40
	perEntry   = 5
	votesEach  = 5
	winners    = 20
	rush       = 500 // who send at the same moment
	voters     = 32  // connections that vote at the same time
	closesDay  = 14
	judgeDay   = 21
	decideDay  = 35
	resultsDay = 42
)

// actor is a person who takes part, with what they sign in by.
type actor struct {
	models.Person
	token, cookie string
	study         string // id of their case study
}

// trial is a campaign that is played through over HTTP against the whole program in
// this process, whose clock can be put forward.
type trial struct {
	name   string
	st     *store.Store
	app    *app.App
	base   string
	ahead  atomic.Int64
	random *rand.Rand

	organiser *actor
	people    []*actor
	campaign  opened
	quality   map[string]float64 // of each entry, which the judges see through their own eyes
}

// opened is a campaign that was made and is open.
type opened struct {
	ID, Slug string
	Criteria []models.Criterion
	closes   time.Time
}

// measureCampaign plays a campaign from the call to the results, on each database.
func measureCampaign(ctx context.Context, dir string, content []text) error {
	fmt.Printf("A campaign of %d trusts, %d people, %d entries and %d judges, %d to an entry, over HTTP:\n\n", trusts, staff, entries, judges, perEntry)
	if err := campaignOn(ctx, "SQLite", store.Config{SQLitePath: filepath.Join(dir, "campaign.db")}, filepath.Join(dir, "campaign-sqlite"), content); err != nil {
		return err
	}
	pg, err := pgserver.StartDurable(ctx)
	if errors.Is(err, pgserver.ErrMissing) {
		fmt.Println("On Postgres it was not measured:", err)
		return nil
	}
	if err != nil {
		return err
	}
	defer pg.Stop()
	return campaignOn(ctx, "Postgres", store.Config{PostgresURL: pg.URL}, filepath.Join(dir, "campaign-postgres"), content)
}

func campaignOn(ctx context.Context, name string, cfg store.Config, dir string, content []text) (err error) {
	t := &trial{name: name, random: rand.New(rand.NewPCG(40, 400)), quality: map[string]float64{}}
	now := func() time.Time { return time.Now().Add(time.Duration(t.ahead.Load())) }
	cfg.Now, cfg.Logger = now, slog.New(slog.DiscardHandler)
	if t.st, err = store.Open(ctx, cfg); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.st.Close()) }()
	if err := errors.Join(t.st.Migrate(ctx), t.st.Seed(ctx)); err != nil {
		return err
	}
	index, _, err := embedded.Open(embedded.Options{Dir: filepath.Join(dir, "search"), Synonyms: search.DefaultSynonyms()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, index.Close()) }()
	if t.app, err = newApp(ctx, dir, t.st, index, now); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	t.base = "http://" + listener.Addr().String()
	served := make(chan error, 1)
	go func() { served <- t.app.Listener(listener) }()
	defer func() { err = errors.Join(err, t.app.Shutdown(), <-served) }()
	if err := t.fill(ctx, content); err != nil {
		return err
	}
	return t.play(ctx)
}

// fill makes the people, each at one of the trusts, and a case study for those who
// enter one.
func (t *trial) fill(ctx context.Context, content []text) error {
	err := t.st.Tx(ctx, func(ctx context.Context) error {
		for i := range staff + 1 {
			a := &actor{token: web.TokenPrefix + web.NewSecret(), cookie: web.NewSecret()}
			a.Person = models.Person{ID: t.st.NewID(), Handle: fmt.Sprintf("person-%d", i), Name: fmt.Sprintf("Person %d", i), Email: fmt.Sprintf("p%d@bench.nhs.uk", i),
				Organisation: fmt.Sprintf("R%c%c", 'A'+i%trusts/10, 'A'+i%10), CreatedAt: t.st.Now().AddDate(-1, 0, 0)}
			if err := t.st.CreatePerson(ctx, &a.Person); err != nil {
				return err
			}
			err := errors.Join(t.st.CreateToken(ctx, a.token, models.Token{ID: t.st.NewID(), PersonID: a.ID, CreatedAt: t.st.Now()}),
				t.st.CreateSession(ctx, a.cookie, models.Session{ID: t.st.NewID(), PersonID: a.ID, CreatedAt: t.st.Now(), SeenAt: t.st.Now(), ExpiresAt: t.st.Now().AddDate(1, 0, 0)}))
			if err != nil {
				return err
			}
			t.people = append(t.people, a)
		}
		return nil
	})
	if err != nil {
		return err
	}
	t.organiser, t.people = t.people[staff], t.people[:staff]
	if err := t.st.Grant(ctx, t.organiser.ID, models.Grant{Role: models.RoleOrganiser}); err != nil {
		return err
	}
	ctx = personal.WithAnswers(ctx, personal.ForAll(models.ReasonImport))
	return t.st.Tx(ctx, func(ctx context.Context) error {
		for i, a := range t.people[:entries+2*rush] {
			text := content[i%len(content)]
			cs, err := t.app.CaseStudies.Create(ctx, &a.Person, casestudies.Publication{Created: t.st.Now(), Document: models.Document{Title: text.title, Body: text.body, Stage: models.StageTrial,
				Organisation: a.Organisation, Authors: []models.Author{{Name: a.Name, Handle: a.Handle}}}})
			if err != nil {
				return err
			}
			a.study = cs.ID
		}
		return nil
	})
}

// newCampaign makes a campaign and publishes it, and lets it open.
func (t *trial) newCampaign(ctx context.Context, title string, judged bool) (c opened, err error) {
	opens := t.st.Now().UTC().Truncate(time.Minute).Add(2 * time.Minute)
	c.closes = opens.AddDate(0, 0, closesDay)
	type step struct {
		Stage  string    `json:"stage"`
		Starts time.Time `json:"starts"`
	}
	body := map[string]any{"title": title, "brief": "What did you join up that gives time back to care?", "publish": true}
	steps := []step{{"open", opens}, {"results", c.closes}}
	if judged {
		steps = []step{{"open", opens}, {"improve", c.closes}, {"judge", opens.AddDate(0, 0, judgeDay)}, {"decide", opens.AddDate(0, 0, decideDay)}, {"results", opens.AddDate(0, 0, resultsDay)}}
		body["criteria"] = []map[string]any{{"name": "Benefit to patients and staff", "weight": 3}, {"name": "Ready to be copied", "weight": 2}, {"name": "Evidence", "weight": 2}, {"name": "Clarity", "weight": 1}}
	}
	body["stages"] = steps
	replies, _, err := send(ctx, t.base, 1, []call{{by: t.organiser, method: http.MethodPost, path: "/api/v1/campaigns", json: body}})
	if err = errors.Join(err, want("a new campaign", replies, http.StatusCreated)); err != nil {
		return c, err
	}
	if err := json.Unmarshal(replies[0].body, &c); err != nil {
		return c, err
	}
	return c, t.until(ctx, opens.Add(time.Minute))
}

// until puts the clock forward to a time, with everybody still signed in.
func (t *trial) until(ctx context.Context, at time.Time) error {
	t.ahead.Store(int64(time.Until(at)))
	return t.st.DB(ctx).Exec("UPDATE sessions SET seen_at = ?", at).Error
}

// line prints what a step took.
func (t *trial) line(what string, w waits) {
	fmt.Printf("| %s | %s | %d | %.0f a second | %s |\n", t.name, what, w.n, float64(w.n)/w.all.Seconds(), w)
}

// play plays the campaign from the call to the results.
func (t *trial) play(ctx context.Context) (err error) {
	fmt.Println("| database | step | how many | in all | p50, p95, longest |\n| --- | --- | ---: | ---: | --- |")
	if t.campaign, err = t.newCampaign(ctx, "Release time to care", true); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{t.invite, t.enter, t.vote, t.judge, t.decide, t.readResults, t.rushIn, t.deadline} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	fmt.Println()
	return nil
}

func (t *trial) entryOf(a *actor, campaign string) call {
	return call{by: a, method: http.MethodPost, path: "/api/v1/campaigns/" + campaign + "/entries", json: map[string]any{"case_study": a.study}}
}

// invite has people without an account invited by the API, and their invitations made
// ready to be sent, by day.
func (t *trial) invite(ctx context.Context) error {
	if err := t.until(ctx, t.st.Now().UTC().Truncate(24*time.Hour).Add(36*time.Hour)); err != nil {
		return err
	}
	list := make([]string, invited)
	for i := range list {
		list[i] = fmt.Sprintf("nurse-%d@trust%d.nhs.uk", i, i%trusts)
	}
	replies, w, err := send(ctx, t.base, 1, []call{{by: t.organiser, method: http.MethodPost, path: "/api/v1/campaigns/" + t.campaign.Slug + "/invitations", json: map[string]any{"addresses": list, "message": "Show us."}}})
	if err = errors.Join(err, want("invitations", replies, http.StatusOK)); err != nil {
		return err
	}
	t.line(fmt.Sprintf("%d people without an account are invited", invited), w)
	began := time.Now()
	if err := t.app.Invitations.Send(ctx); err != nil {
		return err
	}
	took := time.Since(began)
	var waiting, sent int64
	err = errors.Join(t.st.DB(ctx).Table("emails").Count(&waiting).Error, t.st.DB(ctx).Table("campaign_invitations").Where("state = ?", models.InvitationSent).Count(&sent).Error)
	if err == nil && (waiting != invited || sent != invited) {
		err = fmt.Errorf("of %d invitations %d are sent, as %d e-mails", invited, sent, waiting)
	}
	t.line("their e-mails are put in the queue", waits{n: invited, all: took, p50: took, p95: took, max: took})
	return err
}

// enter has a quarter of the entries come early and the rest at once, ten minutes
// before they close.
func (t *trial) enter(ctx context.Context) error {
	var calls []call
	for _, a := range t.people[:entries] {
		calls = append(calls, t.entryOf(a, t.campaign.Slug))
	}
	replies, w, err := send(ctx, t.base, 4, calls[:early])
	if err = errors.Join(err, want("an early entry", replies, http.StatusCreated)); err != nil {
		return err
	}
	t.line("entries in the first days, 4 at a time", w)
	if err := t.until(ctx, t.campaign.closes.Add(-10*time.Minute)); err != nil {
		return err
	}
	replies, w, err = send(ctx, t.base, entries-early, calls[early:])
	if err = errors.Join(err, want("an entry in the last hour", replies, http.StatusCreated)); err != nil {
		return err
	}
	t.line(fmt.Sprintf("entries in the last hour, all %d at once", entries-early), w)
	return nil
}

// vote has everybody give their votes, some at a time.
func (t *trial) vote(ctx context.Context) error {
	rules := url.Values{"rule": {string(judging.Equal)}, "have": {strconv.Itoa(votesEach)}, "secret": {"false"}, "counts": {string(judging.CountsAfter)}, "stage": {string(models.CampaignImprove)}, "version": {"0"}}
	replies, _, err := send(ctx, t.base, 1, []call{{by: t.organiser, method: http.MethodPost, path: "/campaigns/" + t.campaign.Slug + "/ballot", form: rules}})
	if err = errors.Join(err, want("the rules of the vote", replies, http.StatusSeeOther)); err != nil {
		return err
	}
	if err := t.until(ctx, t.campaign.closes.Add(time.Hour)); err != nil {
		return err
	}
	var calls []call
	for i, a := range t.people {
		votes := map[string]int{}
		for len(votes) < votesEach {
			if j := t.random.IntN(entries); j != i {
				votes[t.people[j].study] = 1
			}
		}
		calls = append(calls, call{by: a, method: http.MethodPut, path: "/api/v1/campaigns/" + t.campaign.Slug + "/vote", json: map[string]any{"votes": votes}})
	}
	replies, w, err := send(ctx, t.base, voters, calls)
	if err = errors.Join(err, want("a vote", replies, http.StatusOK)); err != nil {
		return err
	}
	t.line(fmt.Sprintf("ballots of %d votes, %d at a time", votesEach, voters), w)
	return nil
}

// page has the organiser open a page.
func (t *trial) page(ctx context.Context, what, path string) error {
	calls := slices.Repeat([]call{{by: t.organiser, method: http.MethodGet, path: "/campaigns/" + t.campaign.Slug + path}}, 5)
	replies, w, err := send(ctx, t.base, 1, calls)
	if err = errors.Join(err, want(what, replies, http.StatusOK)); err != nil {
		return err
	}
	t.line(fmt.Sprintf("%s, %d KB", what, len(replies[0].body)>>10), w)
	return nil
}

// correlation is Spearman's, of ranks without ties to speak of.
func correlation(x, y []float64) float64 {
	rank := func(values []float64) []float64 {
		order := make([]int, len(values))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, j int) int { return int(math.Copysign(1, values[i]-values[j])) })
		out := make([]float64, len(values))
		for place, i := range order {
			out[i] = float64(place)
		}
		return out
	}
	rx, ry := rank(x), rank(y)
	n, sum := float64(len(x)), 0.0
	for i := range rx {
		sum += (rx[i] - ry[i]) * (rx[i] - ry[i])
	}
	return 1 - 6*sum/(n*(n*n-1))
}
