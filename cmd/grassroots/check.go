package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"grassroots/app/mail"
	"grassroots/app/uploads"
	"grassroots/models/store"
	"grassroots/search"
)

// checkCommand says of each thing that the settings name whether it can be
// reached, and if not, why.
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
	if failed > 0 {
		return fmt.Errorf("%d of 4 could not be reached", failed)
	}
	return nil
}

func checkDatabase(ctx context.Context, env *Env) (string, error) {
	if !env.Postgres() {
		if _, err := os.Stat(env.DataDir); err != nil {
			return "", fmt.Errorf("there is no data folder %s yet: start the server once", env.DataDir)
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

func checkSearch(ctx context.Context, env *Env) (string, error) {
	index, stale, err := openIndex(ctx, env)
	if errors.Is(err, errIndexHeld) {
		return "in-process index, held by the running server", nil
	}
	if err != nil {
		if index != nil {
			err = errors.Join(err, index.Close())
		}
		return "", err
	}
	detail := "in-process index"
	if env.Meilisearch() {
		detail = "Meilisearch"
	}
	if stale {
		detail += ", to be rebuilt: the server does so when it starts"
	}
	return detail, errors.Join(pingIndex(ctx, index), index.Close())
}

func pingIndex(ctx context.Context, index search.Index) error { return index.Ping(ctx) }

func checkUploads(ctx context.Context, env *Env) (string, error) {
	address, err := env.Uploads()
	if err != nil {
		return "", err
	}
	files, err := uploads.Open(ctx, address)
	if err != nil {
		return "", err
	}
	return strings.SplitN(address, "://", 2)[0] + " storage", errors.Join(files.Ping(ctx), files.Close())
}
