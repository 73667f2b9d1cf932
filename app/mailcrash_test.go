package app_test

import (
	"cmp"
	"context"
	"errors"
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
	crashWhat     = "GRASSROOTS_TEST_CRASH_WHAT" // it sends: digests or invitations
	crashPeople   = 300
)

// TestMain sends e-mail, in place of the tests, where it is run to be killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(crashVariable); path != "" {
		if err := sendWhatIsDue(context.Background(), path, os.Getenv(crashSMTP), os.Getenv(crashWhat)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// crashTime is when the e-mails of the tests are due: long after what they tell, and at
// noon, since invitations wait for the day.
func crashTime() time.Time {
	return time.Now().UTC().Truncate(24 * time.Hour).Add(14*24*time.Hour + 12*time.Hour)
}

// sendWhatIsDue makes the digests or invitations that are due on a database and sends
// them, as the jobs of a server do.
func sendWhatIsDue(ctx context.Context, database, smtp, what string) error {
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
	due := a.Notifications.Collect
	if what == "invitations" {
		due = a.Invitations.Send
	}
	if err := due(ctx); err != nil {
		return err
	}
	if err := queue.Drain(ctx); err != nil { // those that were interrupted fail, and are looked at by the test
		fmt.Fprintln(os.Stderr, err)
	}
	return st.Close()
}

func TestDigestsThroughACrash(t *testing.T) { throughACrash(t, "digests", waitingPeople) }

func TestInvitationsThroughACrash(t *testing.T) { throughACrash(t, "invitations", invitedAddresses) }

// throughACrash has the program killed in the middle of sending e-mail, again and again.
// Nobody gets one twice; who gets none is on the list of those that failed, and was on
// its way when the program was killed.
func throughACrash(t *testing.T, what string, prepare func(t *testing.T, database, dialect string) []string) {
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
			people := prepare(t, database, dialect)
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
				command.Env = append(os.Environ(), crashVariable+"="+database, crashSMTP+"="+server.URL(), crashWhat+"="+what)
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
			checkSent(t, database, dialect, people, server, kills)
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

// invitedAddresses invites people without an account to a campaign, and gives their
// addresses.
func invitedAddresses(t *testing.T, database, dialect string) []string {
	t.Helper()
	st := openAt(t, database, dialect)
	if err := st.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := st.Now()
	c := models.Campaign{ID: st.NewID(), OwnerID: apptest.Person(t, st).ID, Title: "Release time to care", Template: models.CampaignIdeas, PublishedAt: &now,
		Steps: []models.CampaignStep{{Stage: models.CampaignOpen, Starts: now}, {Stage: models.CampaignResults, Starts: crashTime().AddDate(0, 0, 10)}}}
	var invited []models.Invitation
	var addresses []string
	for i := range crashPeople {
		addresses = append(addresses, apptest.Numbered("nurse-", i)+"@leeds.nhs.uk")
		invited = append(invited, models.Invitation{Kind: models.InvitedAddress, Address: addresses[i], State: models.InvitationWaiting})
	}
	err := st.CreateCampaign(t.Context(), &c)
	if err == nil {
		_, err = st.AddInvitations(t.Context(), c.ID, c.OwnerID, "Show us.", invited)
	}
	if err := errors.Join(err, st.Close()); err != nil {
		t.Fatal(err)
	}
	return addresses
}

func checkSent(t *testing.T, database, dialect string, people []string, server *mailtest.Server, kills int) {
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
