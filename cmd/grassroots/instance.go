package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"grassroots/app"
	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/outbound"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
	"grassroots/search/embedded"
	"grassroots/search/meili"
)

// instance is everything that a command may need, opened by the settings.
type instance struct {
	*app.App
	store        *store.Store
	index        search.Index
	queue        *jobs.Queue
	files        *uploads.Store
	mail         *mail.Service
	needsRebuild bool // the index is new or of another make
}

// wants says what a command does with the schema and the index.
type wants struct {
	migrate bool // bring the schema up to date; SQLite always is
	noIndex bool // the command never searches nor indexes
}

// open makes the instance. The caller closes it.
func open(ctx context.Context, env *Env, publicURL string, w wants) (_ *instance, err error) {
	r := &instance{}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.Close())
		}
	}()
	if err := os.MkdirAll(env.DataDir, 0o750); err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be made: %w", env.DataDir, err)
	}
	if r.store, err = openStore(ctx, env, w.migrate); err != nil {
		return nil, err
	}
	if w.noIndex {
		r.index = search.Away{}
	} else if r.index, r.needsRebuild, err = openIndex(ctx, env); err != nil {
		if r.index == nil || !errors.Is(err, search.ErrUnavailable) {
			return nil, err
		}
		// The site works without: it says so, and answers from the database.
		env.Log.Warn("the search engine is away; it is set up and filled when it is back", "error", err)
		r.needsRebuild = true
	}
	address, err := env.Uploads()
	if err != nil {
		return nil, err
	}
	if r.files, err = uploads.Open(ctx, address); err != nil {
		return nil, err
	}
	r.queue = jobs.New(r.store, jobs.Config{Logger: env.Log})
	built, err := assets.Load()
	if err != nil {
		return nil, err
	}
	secret, err := env.SigningSecret()
	if err != nil {
		return nil, err
	}
	r.mail, err = mail.New(r.store, r.queue, mail.Config{SMTPURL: env.SMTPURL.Reveal(), From: env.MailFrom(publicURL), Console: console(env), Logger: env.Log})
	if err != nil {
		return nil, err
	}
	proxies, _ := env.proxies() // the settings were looked at before
	r.App = app.New(app.Deps{
		Config: web.Config{BaseURL: publicURL, Demo: env.Demo, EmailDomains: env.EmailDomains, SingleSignOn: env.singleSignOn(),
			SessionIdle: env.SessionIdle, SessionLife: env.SessionLife, FreshFor: env.SessionFresh, Limits: env.limits(), Trust: env.trust(), FirstLook: env.FirstLook, Feedback: models.FeedbackRules{People: env.AskPeople, AWeek: env.AsksAWeek, Days: env.ResponseDays}, Proxies: proxies,
			Secret: []byte(secret.Reveal()), Version: version},
		Store: r.store, Index: r.index, Queue: r.queue, Mail: r.mail, Uploads: r.files, Assets: built, Log: env.Log, Now: env.Now,
		Timeouts: env.timeouts(), AuditKeep: time.Duration(env.AuditDays) * 24 * time.Hour,
		Outbound: outbound.Config{AllowPrivate: env.AllowPrivateAddresses, UserAgent: "Grassroots/" + version + " (+" + publicURL + ")"}, MaxCopies: env.ExchangeMaxCopies,
	})
	if w.noIndex {
		return r, nil
	}
	if err := r.Site.RefreshSynonyms(ctx); err != nil {
		env.Log.Warn("the synonyms could not be given to the search engine", "error", err)
	}
	return r, nil
}

func openStore(ctx context.Context, env *Env, migrate bool) (*store.Store, error) {
	st, err := connect(ctx, env)
	if err != nil {
		return nil, err
	}
	if err := bringUpToDate(ctx, env, st, migrate); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

// connect opens the database that the settings name, whatever its schema is.
func connect(ctx context.Context, env *Env) (*store.Store, error) {
	cfg := store.Config{Now: env.Now, Logger: env.Log}
	if env.Postgres() {
		cfg.PostgresURL = env.DatabaseURL.Reveal()
		for _, u := range env.DatabaseReplicaURLs {
			cfg.ReplicaURLs = append(cfg.ReplicaURLs, u.Reveal())
		}
	} else {
		cfg.SQLitePath = env.sqlitePath()
	}
	return store.Open(ctx, cfg)
}

// bringUpToDate migrates where that is wanted, and refuses to work on an old
// schema where it is not. The lists that every instance starts with follow the
// schema.
func bringUpToDate(ctx context.Context, env *Env, st *store.Store, migrate bool) error {
	if !migrate && env.Postgres() {
		have, want, err := st.SchemaVersion(ctx)
		if err != nil {
			return err
		}
		if have != want {
			return fmt.Errorf("the database has schema %d and this program needs %d: run grassroots migrate first, or serve --migrate", have, want)
		}
	} else if err := st.Migrate(ctx); err != nil {
		return err
	}
	return st.Seed(ctx)
}

// sqlitePath is where the embedded database is; nothing with Postgres.
func (s Settings) sqlitePath() string {
	if s.Postgres() {
		return ""
	}
	return filepath.Join(s.DataDir, "grassroots.db")
}

// indexDir is where the in-process index is.
func (s Settings) indexDir() string { return filepath.Join(s.DataDir, "search") }

// errIndexHeld means that another process has the in-process index open.
var errIndexHeld = embedded.ErrLocked

// openIndex opens the index that the settings name. With a Meilisearch that is
// away it gives an index that works once the server is back, and an error that
// wraps search.ErrUnavailable.
func openIndex(ctx context.Context, env *Env) (search.Index, bool, error) {
	if env.Meilisearch() {
		ix, stale, err := meili.Open(ctx, meili.Options{URL: env.MeiliURL, Key: env.MeiliKey.Reveal(), Synonyms: search.DefaultSynonyms()})
		if ix == nil { // a nil of its own type would not be nil in the interface
			return nil, false, err
		}
		return ix, stale, err
	}
	ix, stale, err := embedded.Open(embedded.Options{Dir: env.indexDir(), Synonyms: search.DefaultSynonyms()})
	if err != nil {
		return nil, false, err
	}
	return ix, stale, nil
}

// Close lets everything go, newest first.
func (r *instance) Close() error {
	var errs []error
	if r.files != nil {
		errs = append(errs, r.files.Close())
	}
	if r.index != nil {
		errs = append(errs, r.index.Close())
	}
	if r.store != nil {
		errs = append(errs, r.store.Close())
	}
	return errors.Join(errs...)
}

// stopTimeout bounds an orderly stop: running requests and jobs get this long.
const stopTimeout = 20 * time.Second

// console is where e-mail is shown when there is no mail server: in a
// demonstration alone, since a log is no place for people's sign-in links.
func console(env *Env) io.Writer {
	if env.Demo {
		return env.Err
	}
	return nil
}
