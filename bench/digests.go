package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"grassroots/app"
	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/mail/mailtest"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest/pgserver"
	"grassroots/search"
)

// news is how many things each person's digest has.
const news = 5

// measureDigests tells people of case studies about a system that all of them
// follow, and has their weekly digests made and sent to a real mail server, on
// each database: how long each takes, and how much memory.
func measureDigests(ctx context.Context, o options, dir string) error {
	fmt.Println("| digests | people | told, a case study | voters told | made | sent | in all | memory before, at most |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	if err := digestsOn(ctx, o, "SQLite", store.Config{SQLitePath: filepath.Join(dir, "digests.db")}); err != nil {
		return err
	}
	pg, err := pgserver.StartDurable(ctx)
	if errors.Is(err, pgserver.ErrMissing) {
		fmt.Println("On Postgres they were not measured:", err)
		return nil
	}
	if err != nil {
		return err
	}
	defer pg.Stop()
	return digestsOn(ctx, o, "Postgres", store.Config{PostgresURL: pg.URL})
}

func digestsOn(ctx context.Context, o options, name string, cfg store.Config) (err error) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	cfg.Now, cfg.Logger = now, slog.New(slog.DiscardHandler)
	st, err := store.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Migrate(ctx); err != nil {
		return err
	}
	if err := st.Seed(ctx); err != nil {
		return err
	}
	server, err := mailtest.Start()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	server.Forget()
	queue := jobs.New(st, jobs.Config{Logger: cfg.Logger})
	a, err := digestApp(ctx, st, queue, server.URL(), cfg.Logger, now)
	if err != nil {
		return err
	}
	told, err := tellFollowers(ctx, st, o.followers)
	if err != nil {
		return err
	}
	decided, err := tellVoters(ctx, a, st, queue)
	if err != nil {
		return err
	}
	ahead.Store(int64(8 * 24 * time.Hour)) // the digests of the week are due
	before, most := residentMB(), 0
	began := time.Now()
	if err := a.Notifications.Collect(ctx); err != nil {
		return err
	}
	made := time.Since(began)
	if err := queue.Start(ctx); err != nil {
		return err
	}
	for server.Count() < o.followers && ctx.Err() == nil && time.Since(began) < time.Hour {
		time.Sleep(200 * time.Millisecond)
		most = max(most, residentMB())
	}
	all := time.Since(began)
	if err := queue.Stop(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	if n := server.Count(); n != o.followers {
		return fmt.Errorf("%d digests arrived, want %d", n, o.followers)
	}
	fmt.Printf("| %s | %d | %s | %s | %s | %s | %s | %d MB, %d MB |\n", name, o.followers, (told / news).Round(10*time.Millisecond), decided.Round(10*time.Millisecond), made.Round(100*time.Millisecond),
		(all - made).Round(100*time.Millisecond), all.Round(100*time.Millisecond), before, most)
	return nil
}

func digestApp(ctx context.Context, st *store.Store, queue *jobs.Queue, smtp string, log *slog.Logger, now func() time.Time) (*app.App, error) {
	mailer, err := mail.New(st, queue, mail.Config{SMTPURL: smtp, From: "Grassroots <no-reply@grassroots.example>", Logger: log})
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "grassroots-bench-files-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) // nothing is uploaded
	files, err := uploads.Open(ctx, "file://"+folder)
	if err != nil {
		return nil, err
	}
	return app.New(app.Deps{Config: web.Config{BaseURL: "https://grassroots.example", Secret: []byte("a secret of the measurement, long enough")}, Store: st, Index: search.Away{},
		Queue: queue, Mail: mailer, Uploads: files, Assets: &assets.Assets{}, Log: log, Now: now}), nil
}

// tellFollowers makes people who follow a system, and tells them of new case
// studies, and says how long that took.
func tellFollowers(ctx context.Context, st *store.Store, n int) (time.Duration, error) {
	author := models.Person{ID: st.NewID(), Handle: "author", Name: "Author", Email: "author@nhs.net", CreatedAt: st.Now()}
	if err := st.CreatePerson(ctx, &author); err != nil {
		return 0, err
	}
	if err := addFollowers(ctx, st, n); err != nil {
		return 0, err
	}
	var took time.Duration
	for i := range news {
		cs := models.CaseStudy{ID: st.NewID(), OwnerID: author.ID, Status: models.Published, Document: models.Document{Title: "Case study " + strconv.Itoa(i), Stage: models.StageIdea, Body: "Text"}, CreatedAt: st.Now(), UpdatedAt: st.Now()}
		if err := st.CreateCaseStudy(ctx, &cs, store.SaveNote{EditorID: author.ID}); err != nil {
			return 0, err
		}
		began := time.Now()
		said := models.Notification{Event: "published:" + cs.ID, Reason: models.NotifyPublished, CaseStudyID: cs.ID, ActorID: author.ID}
		for after := ""; ; {
			followers, err := st.Followers(ctx, []models.Followed{{Kind: models.FollowSystem, Thing: "systmone"}}, "", after, 500)
			if err == nil && len(followers) > 0 {
				err = st.Notify(ctx, said, followers)
			}
			if err != nil {
				return 0, err
			}
			if len(followers) == 0 {
				break
			}
			after = followers[len(followers)-1].PersonID
		}
		took += time.Since(began)
	}
	return took, nil
}

// addFollowers makes people who follow a system, many at a time.
func addFollowers(ctx context.Context, st *store.Store, n int) error {
	const atOnce = 500
	for done := 0; done < n; done += atOnce {
		err := st.Tx(ctx, func(ctx context.Context) error {
			var people, follows []string
			var who, what []any
			for i := done; i < min(n, done+atOnce); i++ {
				id, handle := st.NewID(), "reader-"+strconv.Itoa(i)
				people, who = append(people, "(?, ?, ?, ?, ?, ?)"), append(who, id, handle, "Reader "+strconv.Itoa(i), handle+"@nhs.net", false, st.Now())
				follows, what = append(follows, "(?, 'system', 'systmone', ?)"), append(what, id, st.Now())
			}
			if err := st.DB(ctx).Exec("INSERT INTO people (id, handle, name, email, demo, created_at) VALUES "+strings.Join(people, ","), who...).Error; err != nil {
				return err
			}
			return st.DB(ctx).Exec("INSERT INTO follows (person_id, kind, thing, created_at) VALUES "+strings.Join(follows, ","), what...).Error
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// residentMB is the memory of this process, in MB; 0 where it cannot be told.
func residentMB() int {
	file, err := os.Open("/proc/self/statm")
	if err != nil {
		return 0
	}
	defer file.Close()
	raw, err := io.ReadAll(file)
	fields := strings.Fields(string(raw))
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, err := strconv.Atoi(fields[1])
	if err != nil {
		return 0
	}
	return pages * os.Getpagesize() >> 20
}
