package app_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"grassroots/app"
	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/mail/mailtest"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
	"grassroots/search"
)

// crashVariable names the database of the program that is killed: this test's own
// program, run again.
const (
	crashVariable = "GRASSROOTS_TEST_CRASH_DATABASE"
	crashSMTP     = "GRASSROOTS_TEST_CRASH_SMTP"
	crashPeople   = 300
)

// TestMain sends digests, in place of the tests, where it is run to be killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(crashVariable); path != "" {
		if err := sendDigests(context.Background(), path, os.Getenv(crashSMTP)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// crashTime is when the digests of the test are due: long after what they tell.
func crashTime() time.Time { return time.Now().Add(14 * 24 * time.Hour) }

// sendDigests makes the digests that are due on a database and sends them, as the
// jobs of a server do.
func sendDigests(ctx context.Context, database, smtp string) error {
	cfg := store.Config{Logger: slog.New(slog.DiscardHandler), Now: crashTime}
	if strings.HasPrefix(database, "postgres://") {
		cfg.PostgresURL = database
	} else {
		cfg.SQLitePath = database
	}
	st, err := store.Open(ctx, cfg)
	if err != nil {
		return err
	}
	queue := jobs.New(st, jobs.Config{Logger: cfg.Logger, Now: crashTime})
	mailer, err := mail.New(st, queue, mail.Config{SMTPURL: smtp, From: "Grassroots <no-reply@grassroots.test>", Logger: cfg.Logger})
	if err != nil {
		return err
	}
	files, err := uploads.Open(ctx, "mem://")
	if err != nil {
		files = nil
	}
	a := app.New(app.Deps{Config: web.Config{BaseURL: apptest.BaseURL, Secret: []byte("a secret of the tests")}, Store: st, Index: search.Away{}, Queue: queue, Mail: mailer, Uploads: files,
		Assets: &assets.Assets{}, Log: cfg.Logger, Now: crashTime})
	// What a crash cut short on Postgres is taken up when its time is over: here, at once.
	if err := st.DB(ctx).Exec("UPDATE river_job SET state = 'available' WHERE state = 'running'").Error; err != nil {
		return err
	}
	if err := a.Notifications.Collect(ctx); err != nil {
		return err
	}
	if err := queue.Drain(ctx); err != nil { // those that were interrupted fail, and are looked at by the test
		fmt.Fprintln(os.Stderr, err)
	}
	return st.Close()
}

// The program is killed in the middle of sending digests, again and again. Nobody
// gets one twice; who gets none is on the list of those that failed, and was on
// its way when the program was killed.
func TestDigestsThroughACrash(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			cfg := storetest.ConfigOn(t, dialect)
			database := cmp.Or(cfg.PostgresURL, cfg.SQLitePath)
			server, err := mailtest.Start()
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			people := waitingPeople(t, database, dialect)
			kills := 0
			for attempt := 0; ; attempt++ {
				ctx, kill := context.WithCancel(t.Context())
				at := server.Count() + 40 + 30*attempt
				server.Before(func(n int) {
					if n == at {
						kill()
					}
				})
				command := exec.CommandContext(ctx, os.Args[0])
				command.Env = append(os.Environ(), crashVariable+"="+database, crashSMTP+"="+server.URL())
				command.Stderr = os.Stderr
				err := command.Run()
				killed := ctx.Err() != nil
				kill()
				if !killed {
					if err != nil {
						t.Fatal(err)
					}
					break
				}
				if kills++; kills > 20 {
					t.Fatal("it never came to its end")
				}
			}
			checkDigests(t, database, dialect, people, server, kills)
		})
	}
}

func openAt(t *testing.T, database, dialect string) *store.Store {
	t.Helper()
	cfg := store.Config{Logger: slog.New(slog.DiscardHandler)}
	if dialect == store.Postgres {
		cfg.PostgresURL = database
	} else {
		cfg.SQLitePath = database
	}
	st, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// waitingPeople makes people for whom something waits, and gives their addresses.
func waitingPeople(t *testing.T, database, dialect string) []string {
	t.Helper()
	st := openAt(t, database, dialect)
	if err := st.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	author := apptest.Person(t, st)
	cs := models.CaseStudy{ID: st.NewID(), OwnerID: author.ID, Status: models.Published, Document: models.Document{Title: "Letters", Stage: models.StageIdea, Body: "Text"}, CreatedAt: st.Now(), UpdatedAt: st.Now()}
	if err := st.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: author.ID}); err != nil {
		t.Fatal(err)
	}
	var told []store.Told
	var addresses []string
	for i := range crashPeople {
		p := apptest.Person(t, st, apptest.Named(apptest.Numbered("reader-", i), "Reader"))
		told, addresses = append(told, store.Told{PersonID: p.ID}), append(addresses, p.Email)
	}
	if err := st.Notify(t.Context(), models.Notification{Event: "x", Reason: models.NotifyRevised, CaseStudyID: cs.ID, ActorID: author.ID}, told); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	return addresses
}

func checkDigests(t *testing.T, database, dialect string, people []string, server *mailtest.Server, kills int) {
	t.Helper()
	st := openAt(t, database, dialect)
	defer st.Close()
	got := map[string]int{}
	for _, m := range server.Taken() {
		got[m.To]++
	}
	var lost []store.Email
	if err := st.DB(t.Context()).Where("state = ?", store.EmailFailed).Find(&lost).Error; err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, e := range lost {
		listed[e.ToAddress] = true
	}
	none := 0
	for _, address := range people {
		switch {
		case got[address] > 1:
			t.Errorf("%s got %d", address, got[address])
		case got[address] == 0 && !listed[address]:
			t.Errorf("%s got none, and it is on no list", address)
		case got[address] == 0:
			none++
		}
	}
	// Four are sent at a time.
	if most := 4 * kills; kills == 0 || none > most || len(lost) > most {
		t.Errorf("killed %d times: %d got none, %d are on the list", kills, none, len(lost))
	}
	t.Logf("killed %d times: %d of %d got theirs, %d none, %d on the list", kills, len(got), len(people), none, len(lost))
}
