package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"grassroots/app"
	"grassroots/app/casestudies"
	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/reference"
	"grassroots/models/store"
	"grassroots/search"
	"grassroots/search/embedded"
)

// text is what one case study is built from.
type text struct{ title, body string }

// texts gives n texts out of a folder with petition_titles.csv and
// medquad_qa.jsonl, or made-up ones.
func texts(dir string, n int) []text {
	titles, bodies := titlesOf(filepath.Join(dir, "petition_titles.csv")), bodiesOf(filepath.Join(dir, "medquad_qa.jsonl"))
	random := rand.New(rand.NewPCG(2026, 11))
	if len(titles) == 0 || len(bodies) == 0 {
		titles, bodies = madeUp(random, 2000, 8), madeUp(random, 2000, 250)
	}
	out := make([]text, n)
	for i := range out {
		out[i] = text{titles[i%len(titles)], "## Problem and baseline\n\n" + bodies[i%len(bodies)] + "\n\n## What was done\n\n" + bodies[random.IntN(len(bodies))]}
	}
	return out
}

func titlesOf(path string) []string {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil
	}
	var out []string
	for _, r := range rows[1:] {
		if len(r) > 1 {
			out = append(out, models.Truncate(personal.Clean(models.CleanLine(r[1]), personal.Options{}), models.MaxTitle))
		}
	}
	return out
}

func bodiesOf(path string) []string {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	var out []string
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row struct {
			Q string `json:"q"`
			A string `json:"a"`
		}
		if json.Unmarshal(lines.Bytes(), &row) == nil {
			out = append(out, models.Truncate(personal.Clean(models.CleanText(row.Q+"\n\n"+row.A), personal.Options{}), 4000))
		}
	}
	return out
}

func madeUp(random *rand.Rand, n, words int) []string {
	syllables := strings.Fields("dis charge let ter ward clin ic nurse sys tem re cord link da ta care pa tient beds mess age blood test phar ma cy")
	out := make([]string, n)
	for i := range out {
		var b strings.Builder
		for range words {
			b.WriteString(syllables[random.IntN(len(syllables))] + syllables[random.IntN(len(syllables))] + " ")
		}
		out[i] = strings.TrimSpace(b.String())
	}
	return out
}

// built is what a store was filled with.
type built struct {
	slugs  []string
	ids    []string
	tokens []string
	cookie string // of somebody who is signed in
}

// people is how many there are to vote.
const people = 200

// build fills a store, on SQLite in a folder or on a Postgres server, the way
// that the program itself writes.
func build(ctx context.Context, dir, postgres string, content []text) (_ built, err error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return built{}, err
	}
	st, err := store.Open(ctx, store.Config{SQLitePath: filepath.Join(dir, "grassroots.db"), PostgresURL: postgres})
	if err != nil {
		return built{}, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := errors.Join(st.Migrate(ctx), st.Seed(ctx)); err != nil {
		return built{}, err
	}
	index, _, err := embedded.Open(embedded.Options{Dir: filepath.Join(dir, "search"), Synonyms: search.DefaultSynonyms()})
	if err != nil {
		return built{}, err
	}
	defer func() { err = errors.Join(err, index.Close()) }()
	a, err := newApp(ctx, dir, st, index, time.Now)
	if err != nil {
		return built{}, err
	}
	out, err := fill(ctx, a, content)
	if err != nil {
		return out, err
	}
	_, err = a.Finding.Rebuild(ctx)
	return out, err
}

func newApp(ctx context.Context, dir string, st *store.Store, index search.Index, now func() time.Time) (*app.App, error) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	files, err := uploads.Open(ctx, "file://"+filepath.Join(dir, "uploads"))
	if err != nil {
		return nil, err
	}
	queue := jobs.New(st, jobs.Config{Logger: log})
	mailer, err := mail.New(st, queue, mail.Config{Logger: log})
	if err != nil {
		return nil, err
	}
	shipped, err := assets.Load()
	if err != nil {
		return nil, err
	}
	return app.New(app.Deps{Config: web.Config{BaseURL: "http://127.0.0.1", EmailDomains: []string{"*.nhs.uk"}}, Store: st, Index: index, Queue: queue, Mail: mailer, Uploads: files,
		Assets: shipped, Log: log, Now: now}), nil
}

func fill(ctx context.Context, a *app.App, content []text) (built, error) {
	var out built
	st := a.Site.Store
	random := rand.New(rand.NewPCG(7, 7))
	var persons []models.Person
	for i := range people {
		p := models.Person{ID: st.NewID(), Handle: fmt.Sprintf("person-%d", i), Name: fmt.Sprintf("Person %d", i), Email: fmt.Sprintf("p%d@bench.nhs.uk", i), CreatedAt: time.Now()}
		if err := st.CreatePerson(ctx, &p); err != nil {
			return out, err
		}
		secret := web.TokenPrefix + web.NewSecret()
		if err := st.CreateToken(ctx, secret, models.Token{ID: st.NewID(), PersonID: p.ID, CreatedAt: time.Now()}); err != nil {
			return out, err
		}
		out.tokens = append(out.tokens, secret)
		persons = append(persons, p)
	}
	out.cookie = web.NewSecret()
	now := time.Now()
	if err := st.CreateSession(ctx, out.cookie, models.Session{ID: st.NewID(), PersonID: persons[0].ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}); err != nil {
		return out, err
	}
	// What is in doubt may stand, and is kept as a moderator sees it.
	ctx = personal.WithAnswers(ctx, personal.ForAll(models.ReasonImport))
	const batch = 250
	for from := 0; from < len(content); from += batch {
		err := st.Tx(ctx, func(ctx context.Context) error {
			for i := from; i < min(from+batch, len(content)); i++ {
				cs, err := a.CaseStudies.Create(ctx, &persons[i%people], publication(random, content[i], i))
				if err != nil {
					return err
				}
				out.ids, out.slugs = append(out.ids, cs.ID), append(out.slugs, cs.Slug)
				for range random.IntN(4) {
					if _, err := st.Vote(ctx, cs.ID, persons[random.IntN(people)].ID, true); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

func publication(random *rand.Rand, t text, i int) casestudies.Publication {
	settings, systems, standards := reference.Settings(), reference.Systems(), reference.Standards()
	stages := models.Stages()
	doc := models.Document{Title: t.title, Summary: models.Truncate(models.CleanLine(t.body), 280), Body: t.body, Stage: stages[random.IntN(len(stages))],
		Organisation: fmt.Sprintf("R%c%c", 'A'+random.IntN(20), 'A'+random.IntN(10)), Settings: []string{settings[random.IntN(len(settings))]},
		Tags:    []string{fmt.Sprintf("tag-%d", random.IntN(60)), fmt.Sprintf("tag-%d", random.IntN(60))},
		Authors: []models.Author{{Name: "Somebody", StaffGroup: reference.StaffGroups()[random.IntN(9)].Name}},
		Connections: []models.Connection{{From: systems[random.IntN(len(systems))].Name, To: systems[random.IntN(len(systems))].Name,
			Standard: standards[random.IntN(len(standards))].Code, Status: "live"}}}
	created := time.Now().Add(-time.Duration(i) * time.Hour)
	return casestudies.Publication{Document: doc, Created: created}
}
