package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"grassroots/app"
	"grassroots/app/mail"
	"grassroots/app/outbound"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models/store"
	"grassroots/search/embedded"
	"grassroots/search/meili"
)

// checkCommand says of each thing that the settings name whether it can be
// reached, and if not, why. It makes nothing that is not there.
type checkCommand struct{}

// checkTimeout bounds the question to each.
const checkTimeout = 10 * time.Second

// Run checks everything before it fails.
func (checkCommand) Run(ctx context.Context, env *Env) error {
	failed := 0
	report := func(what string, check func(context.Context) (string, error)) {
		ctx, cancel := context.WithTimeout(ctx, checkTimeout)
		defer cancel()
		detail, err := check(ctx)
		if err != nil {
			failed++
			_, _ = fmt.Fprintf(env.Out, "%-10s NOT REACHED: %s\n", what, sentence(err))
			return
		}
		_, _ = fmt.Fprintf(env.Out, "%-10s reached: %s\n", what, detail)
	}
	report("database", func(ctx context.Context) (string, error) { return checkDatabase(ctx, env) })
	report("search", func(ctx context.Context) (string, error) { return checkSearch(ctx, env) })
	report("uploads", func(ctx context.Context) (string, error) { return checkUploads(ctx, env) })
	report("e-mail", func(ctx context.Context) (string, error) {
		return mail.Check(ctx, env.SMTPURL.Reveal())
	})
	of := 4
	if cfg := (web.Config{SingleSignOn: env.singleSignOn()}); env.SingleSignOn() {
		of++
		report("sign-on", app.Provider(cfg, outbound.Config{AllowPrivate: env.AllowPrivateAddresses}, env.Now).Check)
	}
	intact, err := checkAudit(ctx, env)
	switch {
	case err != nil:
		_, _ = fmt.Fprintf(env.Out, "%-10s NOT CHECKED: %s\n", "audit", sentence(err))
	case !intact:
		return errors.Join(failure(failed, of), errors.New("the audit record is not as it was written: see above"))
	}
	return failure(failed, of)
}

func failure(failed, of int) error {
	if failed > 0 {
		return fmt.Errorf("%d of %d could not be reached", failed, of)
	}
	return nil
}

// checkAudit looks at the whole audit record, however long that takes, and names
// what is wrong with it.
func checkAudit(ctx context.Context, env *Env) (intact bool, err error) {
	if path := env.sqlitePath(); path != "" {
		if _, err := os.Stat(path); err != nil {
			return true, notYet("database " + path)
		}
	}
	st, err := store.Open(ctx, store.Config{PostgresURL: env.DatabaseURL.Reveal(), SQLitePath: env.sqlitePath(), Logger: env.Log, Now: env.Now})
	if err != nil {
		return true, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if have, want, err := st.SchemaVersion(ctx); err != nil || have != want {
		return true, errors.Join(err, errors.New("the schema of the database is not that of this program"))
	}
	report, err := st.VerifyAudit(ctx)
	if err != nil {
		return true, err
	}
	for _, f := range report.Faults {
		_, _ = fmt.Fprintf(env.Out, "%-10s FAULT: %s", "audit", f.What)
		if f.ID != "" {
			_, _ = fmt.Fprintf(env.Out, " (its id is %s)", f.ID)
		}
		_, _ = fmt.Fprintln(env.Out)
	}
	if len(report.Faults) == 0 {
		_, _ = fmt.Fprintf(env.Out, "%-10s intact: %s, and %d not sealed yet; the chain ends at place %d with %s\n", "audit", counted(int(report.Events), "event", "events"), report.Open, report.Last, report.Head)
	}
	return len(report.Faults) == 0, nil
}

func checkDatabase(ctx context.Context, env *Env) (string, error) {
	if path := env.sqlitePath(); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", notYet("database " + path)
		}
	}
	cfg := store.Config{PostgresURL: env.DatabaseURL.Reveal(), SQLitePath: env.sqlitePath(), Logger: env.Log, Now: env.Now}
	st, err := store.Open(ctx, cfg)
	if err != nil {
		return "", err
	}
	have, want, err := st.SchemaVersion(ctx)
	if err == nil && have != want {
		err = fmt.Errorf("its schema is %d and this program needs %d: run grassroots migrate", have, want)
	}
	return fmt.Sprintf("%s, schema %d", st.Dialect(), have), errors.Join(err, st.Close())
}

// notYet says that something is missing which a check must not make.
func notYet(what string) error {
	return fmt.Errorf("there is no %s yet: start the server once", what)
}

func checkSearch(ctx context.Context, env *Env) (string, error) {
	var stale, missing bool
	var err error
	detail := "in-process index"
	if env.Meilisearch() {
		detail = "Meilisearch"
		missing, stale, err = meili.Look(ctx, meili.Options{URL: env.MeiliURL, Key: env.MeiliKey.Reveal()})
	} else {
		stale, err = embedded.Look(env.indexDir())
	}
	switch {
	case errors.Is(err, errIndexHeld):
		return detail + ", held by the running server", nil
	case errors.Is(err, embedded.ErrNone):
		return "", notYet("search index in " + env.indexDir())
	case err != nil:
		return "", err
	case missing:
		return detail + ", with no index yet: the server makes it when it starts", nil
	case stale:
		detail += ", to be rebuilt: the server does so when it starts"
	}
	return detail, nil
}

func checkUploads(ctx context.Context, env *Env) (string, error) {
	address, err := env.Uploads()
	if err != nil {
		return "", err
	}
	kind, _, _ := strings.Cut(address, "://")
	if u, err := url.Parse(address); err == nil && kind == "file" {
		if _, err := os.Stat(filepath.FromSlash(u.Path)); errors.Is(err, fs.ErrNotExist) {
			return "", notYet("folder " + filepath.FromSlash(u.Path))
		}
	}
	files, err := uploads.Open(ctx, address)
	if err != nil {
		return "", err
	}
	return kind + " storage", errors.Join(files.Ping(ctx), files.Close())
}
